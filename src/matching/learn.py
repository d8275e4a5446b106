#!/usr/bin/env python3
"""Learns the matcher's model and writes weights.rs and trees.rs. Needs numpy, scipy and lightgbm; the program needs none of them.

  cargo run --release --example matching_rows -- FOLDER > FOLDER/rows.tsv     for each FOLDER with customers, PSA and truth
  learn.py --check FOLDER…       each folder held out in turn, everything learned from the others
  learn.py --write src/matching FOLDER…

Three steps, the second learned from what the first says of customers that it has not seen:
1. Weights: a candidate's score is the sum of its signals times the weights of its name class. The candidates of one customer
   and "none of them", with score 0, share the probability as exp(score). Weights have the sign that common sense gives them.
2. Trees: small regression trees correct the margin of each of the best three where signals say more together than apart.
3. Scale: the margin of the first becomes its probability, by a line learned from what the first two say of folders held out.
   Its ends are set: the rule's 0.995 and 0.02 stand where of all customers beyond them, in folders held out (--check), 99.8 %
   are linked and 97 % left rightly; over a short way the line leads to them."""
import argparse, csv, functools
import lightgbm, numpy as np
from scipy.optimize import minimize

CLASSES = ["same", "near", "initials", "structure", "extra", "overlap", "different"]
NEAR_ZERO, NEAR_OTHERS = 0.1, 0.5  # how strongly weights are held near zero, and near those of the other classes
BEST, CONTEXT = 3, ["score", "others", "margin"]  # the trees look at so many candidates, and at these beside the signals
TREES = dict(objective="binary", learning_rate=0.1, max_depth=3, num_leaves=8, min_data_in_leaf=20, lambda_l2=5, feature_fraction=0.3,
             bagging_fraction=0.7, bagging_freq=1, seed=3, verbose=-1, num_threads=1, boost_from_average=False, deterministic=True)
ROUNDS, FOLDS = 380, 5
AUTO, NONE = 0.995, 0.02  # the rule's thresholds
LOW, HIGH, WAY = -2.6, 4.3, 0.2  # the margins that they stand for, and how long the way to them is
FOR = """name bits;rarest common word;ours covered;theirs covered;unique on both sides;unique and undisputed;unique, no other town;letters alike;letters very alike;acronym of 4 or more;
legal form same;domain same;domain label same;our label spells it whole;our label spells it short;our label holds a word;their label spells it whole;
their label spells it short;their label holds a word;mail same;person same;person perhaps same;mail name spells it;phone same;phone of the same switchboard;phone of the same area;
phone fits the place;address same;address near;postcode same;postcode near;city same;city near;state same, another town;country same;home same"""
AGAINST = """edits;ours: rarest word missing;theirs: rarest word missing;edits of short words;edits of known words;doubtful edit without second;abbreviations;reordered;by a half;acronym of 2;ours: a telling word more;ours: more telling words;
theirs: a telling word more;theirs: more telling words;both: telling words more;ours: a division more;theirs: a division more;ours: structure;theirs: structure;ours leads with more;theirs leads with more;
ours: country;theirs: country;account words;ours: other town;theirs: other town;ours: number;theirs: number;legal form other;companies of that name;
customers of that name;company twins;domain shared;domain other;tenant is strange;mail shared;person other;phone shared;phone other;phone does not fit the place;address shared;address other;
postcode other;city other;state other;country other;home other;bracket country other;stale;others of like name;another agrees in more;another has a better name;no second, name shared;two conflicts;three conflicts;conflict without second"""
words = lambda text: [w.strip() for w in text.split(";")]
logit = lambda p: np.log(p / (1 - p))
sigmoid = lambda z: 1 / (1 + np.exp(-z))


class Table:
    """The candidate pairs of a folder, those of one customer together: signals, class, whether it is the right one."""

    def __init__(self, folder):
        truth = {r["ion_id"]: r for r in csv.DictReader(open(f"{folder}/truth.csv", encoding="utf-8"))}
        place = {c: i for i, c in enumerate(sorted(truth))}
        rows = csv.reader(open(f"{folder}/rows.tsv", encoding="utf-8"), delimiter="\t")
        self.names = next(rows)[3:]
        rows = sorted(rows, key=lambda r: place[r[0]])
        self.folder, self.n = folder, len(truth)
        self.X = np.array([r[3:] for r in rows], dtype=np.float32)
        self.G = np.array([int(r[2]) for r in rows])
        self.who = np.array([place[r[0]] for r in rows])
        self.company = np.array([r[1] for r in rows])
        self.right = np.array([truth[r[0]]["psa_id"] == r[1] for r in rows])
        self.matched = np.array([bool(truth[c]["psa_id"]) for c in sorted(truth)])
        self.undecidable = np.array([truth[c]["class"] == "undecidable" for c in sorted(truth)])
        self.start = np.searchsorted(self.who, np.arange(self.n + 1))
        found = np.bincount(self.who, self.right, self.n) > 0
        self.usable = found | ~self.matched

    @staticmethod
    @functools.cache
    def of(folder):
        return Table(folder)

    def __getitem__(self, signal):
        return self.X[:, self.names.index(signal)]

    def customers(self):
        return [(i, a, b) for i, (a, b) in enumerate(zip(self.start, self.start[1:])) if a < b]


class Rows:
    """The rows of some tables, end to end; of the customers that are kept."""

    def __init__(self, tables, keep=lambda t: np.ones(t.n, bool)):
        self.names = tables[0].names
        some = [keep(t)[t.who] for t in tables]
        offsets = np.cumsum([0] + [t.n for t in tables])
        self.X, self.G, self.right = (np.concatenate([getattr(t, what)[s] for t, s in zip(tables, some)]) for what in ("X", "G", "right"))
        who = np.concatenate([t.who[s] + o for t, s, o in zip(tables, some, offsets)])
        self.usable = np.concatenate([t.usable for t in tables])[np.unique(who)].astype(float)
        self.start = np.unique(who, return_index=True)[1]
        self.who = np.unique(who, return_inverse=True)[1]


def weights(d, rounds=150):
    """Step 1."""
    K, F = len(CLASSES), len(d.names)
    rows = [np.where(d.G == g)[0] for g in range(K)]
    X = [np.ascontiguousarray(d.X[r]) for r in rows]
    target = d.right * d.usable[d.who]
    free = np.array([name == "always" for name in d.names])

    def loss(v):
        B, W = v[:F], v[F:].reshape(K, F)
        score = np.empty(len(d.who))
        for g in range(K):
            score[rows[g]] = X[g] @ W[g].astype(np.float32)
        top = np.maximum(0, np.maximum.reduceat(score, d.start))
        e = np.exp(score - top[d.who]); total = np.add.reduceat(e, d.start) + np.exp(-top)
        r = e * (d.usable / total)[d.who] - target
        grad = np.stack([r[rows[g]].astype(np.float32) @ X[g] for g in range(K)]).astype(float)
        D = W - B; hold = np.where(free, 0.02, NEAR_OTHERS)
        value = (d.usable * (np.log(total) + top)).sum() - (score * target).sum() + NEAR_ZERO * (B**2 * ~free).sum() + (hold * D**2).sum()
        return value, np.concatenate([2 * NEAR_ZERO * B * ~free - 2 * (hold * D).sum(0), (grad + 2 * hold * D).ravel()])

    pro, con = words(FOR), words(AGAINST)
    unknown = [w for w in pro + con if w not in d.names]
    assert not unknown, unknown
    limits = [(0, None) if w in pro else (None, 0) if w in con else (None, None) for w in d.names]
    found = minimize(loss, np.zeros(F * (K + 1)), jac=True, method="L-BFGS-B", bounds=limits * (K + 1), options=dict(maxiter=rounds, maxcor=20))
    return found.x[F:].reshape(K, F).round(2)


def inputs(t, W):
    """For the best candidates of each customer: their rows, and what the trees look at. Also the shares of step 1 of all rows."""
    score = np.einsum("ij,ij->i", t.X, W[t.G])
    share, rows, context = np.zeros(len(score)), [], []
    for _, a, b in t.customers():
        top = max(0, score[a:b].max())
        e = np.exp(score[a:b] - top)
        share[a:b] = e / (e.sum() + np.exp(-top))
        for j in a + np.argsort(-score[a:b], kind="stable")[:BEST]:
            rest = np.delete(score[a:b], j - a)
            others = max(-15, rest.max() + np.log(np.exp(rest - rest.max()).sum())) if len(rest) else -15
            rows.append(j); context.append([score[j], others, score[j] - max(0, others)])
    rows = np.array(rows)
    return rows, np.hstack([np.array(context, dtype=np.float32), t.X[rows], t.G[rows][:, None]]).astype(np.float32), share


def fitted(m, y):
    """Offset and slope that make probabilities of margins."""
    return minimize(lambda v: (np.logaddexp(0, v[0] + v[1] * m) - y * (v[0] + v[1] * m)).sum(), [0, 1], method="Nelder-Mead").x.round(4)


def trees(X, y):
    """Step 2: offset and slope of the margin, and the trees that correct it."""
    m = X[:, CONTEXT.index("margin")].astype(float)
    line = fitted(m, y)
    return line, lightgbm.train(TREES, lightgbm.Dataset(X, y, init_score=line[0] + line[1] * m), ROUNDS)


def margins(t, rows, X, share, line, forest):
    """The corrected margins of a table's rows."""
    p = share * 1e-3
    p[rows] = sigmoid(line[0] + line[1] * X[:, CONTEXT.index("margin")] + forest.predict(X, raw_score=True))
    p /= np.maximum(1, np.bincount(t.who, p, t.n))[t.who]
    return logit(np.clip(p, 1e-9, 1 - 1e-9))


class Model:
    """The first two steps, learned from some folders: the second from what the first says of customers it has not seen."""

    def __init__(self, folders):
        tables = [Table.of(f) for f in folders]
        fold = lambda t: np.arange(t.n) % FOLDS
        parts = [[np.zeros(0, int), None] for t in tables]
        for k in range(FOLDS):
            W = weights(Rows(tables, lambda t: fold(t) != k))
            for t, part in zip(tables, parts):
                rows, X, _ = inputs(t, W)
                mine = fold(t)[t.who] == k
                part[0] = np.concatenate([part[0], rows[mine[rows]]])
                part[1] = X[mine[rows]] if part[1] is None else np.concatenate([part[1], X[mine[rows]]])
        self.weights = weights(Rows(tables))
        self.line, self.forest = trees(np.concatenate([part[1] for part in parts]), np.concatenate([t.right[part[0]] for t, part in zip(tables, parts)]).astype(float))

    @staticmethod
    @functools.cache
    def of(*folders):
        return Model(folders)

    def margins(self, t):
        return margins(t, *inputs(t, self.weights), self.line, self.forest)

    def probabilities(self, t, scale):
        z = self.margins(t)
        p = sigmoid(z)
        for i, first in firsts(t, z):
            a, b = t.start[i], t.start[i + 1]
            new = sigmoid(scaled(z[first], scale))
            p[a:b] = np.minimum(p[a:b] * min(10, (1 - new) / (1 - p[first])), new); p[first] = new
        return p


def firsts(t, z):
    """The first of each customer that has one: customer and row."""
    return [(i, a + np.argmax(z[a:b])) for i, a, b in t.customers()]


def by_name_alone(t):
    second = sum(t[s] for s in ["one second", "mail name spells it", "city same", "city near", "postcode same"]) > 0
    return ~second & ~((t.G == 0) & (t["unique on both sides"] > 0))


def scale_of(folders):
    """Step 3: the points of the scale, learned from what is said of each folder by a model that has not seen it."""
    z, right = [], []
    for held in folders:
        t = Table.of(held); all_z = Model.of(*(f for f in folders if f != held)).margins(t)
        rows = [row for _, row in firsts(t, all_z)]
        z.append(all_z[rows]); right.append(t.right[rows])
    z, right = np.concatenate(z), np.concatenate(right).astype(float)
    low, high = LOW + WAY, HIGH - WAY
    between = (z > low) & (z < high)
    offset, slope = fitted(z[between], right[between])
    return np.array([(LOW, logit(NONE)), (low, offset + slope * low), (high, offset + slope * high), (HIGH, logit(AUTO))]).round(3)


def scaled(z, scale):
    at, to = scale[:, 0], scale[:, 1]
    return np.where(z > at[-1], to[-1] + z - at[-1], np.where(z < at[0], to[0] + z - at[0], np.interp(z, at, to)))


def figures(t, p, only=None):
    claims, alone = {}, by_name_alone(t)
    order = {i: a + np.argsort(-p[a:b], kind="stable") for i, a, b in t.customers()}
    for o in order.values():
        claims[t.company[o[0]]] = max(claims.get(t.company[o[0]], 0), p[o[0]])
    n = dict.fromkeys("rows auto auto_right review none none_right matched undecidable unmatched first five".split(), 0); bins = np.zeros((10, 2))
    for i in range(t.n) if only is None else only:
        o = order.get(i, []); n["rows"] += 1; n["matched" if t.matched[i] else "unmatched"] += 1; n["undecidable"] += t.undecidable[i]
        if len(o):
            j = o[0]; second = p[o[1]] if len(o) > 1 else 0
            crowd = t.G[j] == 0 and t["company twins"][j] > np.log(10.5)
            contested = claims[t.company[j]] > p[j] + 1e-9 and t.G[j] > 1
            n["first"] += t.right[j]; n["five"] += t.right[o[:5]].any(); bins[min(9, int(p[j] * 10))] += [1, 0]; bins[min(9, int(p[j] * 10)), 1] += p[j] - t.right[j]
        if not len(o) or p[j] < NONE and not crowd:
            n["none"] += 1; n["none_right"] += not t.matched[i]
        elif p[j] >= AUTO and second <= 0.05 and not contested and not alone[j]:
            n["auto"] += 1; n["auto_right"] += t.right[j] and not t.undecidable[i]
        else:
            n["review"] += 1
    part = lambda a, b: 100 * a / max(1, b)
    return [part(n["auto_right"], n["auto"]), part(n["auto_right"], n["matched"] - n["undecidable"]), part(n["review"], n["rows"]), part(n["first"], n["matched"]),
            part(n["five"], n["matched"]), part(n["none_right"], n["none"]), part(n["none_right"], n["unmatched"]), np.abs(bins[:, 1]).sum() / bins[:, 0].sum(), n["auto"] - n["auto_right"]]


def check(folders):
    head = ["auto right", "auto found", "review", "first", "in five", "none right", "none found", "ece", "wrong"]
    show = lambda name, row: print(f"{name[-28:]:28s}" + "".join(f"{v:11.4f}" if h == "ece" else f"{v:11.2f}" for h, v in zip(head, row)), flush=True)
    print(" " * 28 + "".join(f"{h:>11s}" for h in head))
    mixes, all_rows = {m: [] for m in (0.1, 0.3, 0.6)}, []
    for held in folders:
        t, others = Table.of(held), [f for f in folders if f != held]
        p = Model.of(*others).probabilities(t, scale_of(others))
        all_rows.append(figures(t, p)); show(held, all_rows[-1])
        for share in mixes:  # as many customers without counterpart as make that share of all, drawn with replacement
            draw = np.random.default_rng(1)
            some = draw.choice(np.where(~t.matched)[0], int(round(share * 1000))); others = draw.choice(np.where(t.matched)[0], 1000 - len(some))
            mixes[share].append(figures(t, p, np.concatenate([some, others])))
    show("mean", np.mean(all_rows, 0))
    for share, rows in mixes.items():
        show(f"{share:.0%} without counterpart", np.mean(rows, 0))


def write(folder, folders):
    model, scale, tables = Model.of(*folders), scale_of(folders), [Table.of(f) for f in folders]
    W, line, forest = model.weights, model.line, model.forest
    names, n, pairs = tables[0].names, sum(t.n for t in tables), sum(len(t.who) for t in tables)
    source = f"Learned from {n} customers and {pairs} candidate pairs of made-up tables (half of the organisations' names from public\n//! lists); regularisation chosen by leaving one table out at a time."
    with open(f"{folder}/weights.rs", "w", encoding="utf-8") as f:
        f.write(f"//! Weights of the model. Written by `learn.py`; do not edit by hand.\n//!\n//! {source} A signal's value times its weight is added to\n")
        f.write("//! the pair's score, in nats; the columns are the classes of name agreement.\n\nuse super::signals::COUNT;\n\n")
        f.write("/// The name of each signal, and its weight for each class of name agreement:\n/// " + ", ".join(CLASSES) + ".\n#[rustfmt::skip]\npub const WEIGHTS: [(&str, [f32; 7]); COUNT] = [\n")
        for i, name in enumerate(names):
            f.write(f"    ({chr(34) + name + chr(34) + ',':33s} [{', '.join(f'{W[g, i] + 0.0:6.2f}' for g in range(len(CLASSES)))}]),\n")
        f.write("];\n")
    with open(f"{folder}/trees.rs", "w", encoding="utf-8") as f:
        f.write(f"//! Trees of the model, and its scale. Written by `learn.py`; do not edit by hand.\n//!\n//! {source}\n\nuse super::forest::Tree;\n\n")
        f.write(f"/// The margin of a pair before its correction: this, and so much of the margin of its score.\npub const LINE: (f32, f32) = ({line[0]:.4f}, {line[1]:.4f});\n\n")
        f.write("/// Corrected margin of the first candidate, and logit of its probability; straight lines between the points.\n#[rustfmt::skip]\n")
        f.write(f"pub const SCALE: [(f64, f64); {len(scale)}] = [{', '.join(f'({a:.3f}, {b:.3f})' for a, b in scale)}];\n\n")
        f.write("/// A tree a line: seven questions (number of the input, limit; left if not above it), then the eight answers, in nats.\n#[rustfmt::skip]\n")
        dumped = [t["tree_structure"] for t in forest.dump_model()["tree_info"]]
        f.write(f"pub static TREES: [Tree; {len(dumped)}] = [\n")
        for tree in dumped:
            level, splits = [tree], []
            for _ in range(TREES["max_depth"]):
                splits += [(node.get("split_feature", 0), node.get("threshold", 1e9) if "split_feature" in node else 1e9) for node in level]
                level = [child for node in level for child in ((node["left_child"], node["right_child"]) if "split_feature" in node else (node, node))]
            f.write("    (" + "[" + ", ".join(f"({i}, {limit:.6g}_f32)" if limit < 1e9 else "(0, f32::MAX)" for i, limit in splits) + "], [" + ", ".join(f"{leaf['leaf_value']:.4f}" for leaf in level) + "]),\n")
        f.write("];\n")


if __name__ == "__main__":
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--write", metavar="FOLDER"); a.add_argument("--check", action="store_true"); a.add_argument("folders", nargs="+")
    o = a.parse_args()
    if o.check: check(o.folders)
    if o.write: write(o.write, o.folders)
