#!/usr/bin/env python3
"""Learns the weights of the matcher and writes weights.rs. Needs numpy and scipy; the program itself needs neither.

  cargo run --release --example matching_rows -- FOLDER > FOLDER/rows.tsv     for each FOLDER with customers, PSA and truth
  learn.py --check FOLDER…          learns from all but one, says how the one comes out, for each
  learn.py --write weights.rs FOLDER…

The model: every candidate pair has a score, the sum of its signals times the weights of its name class. The candidates of one
customer, and "none of them" with score 0, share the probability as exp(score). Weights have the sign that common sense gives
them, and are held near those of the other name classes."""
import argparse, csv
import numpy as np
from scipy.optimize import minimize

CLASSES = ["same", "near", "initials", "structure", "extra", "overlap", "different"]
NEAR_ZERO, NEAR_OTHERS = 0.02, 0.2  # how strongly weights are held near zero, and near those of the other classes
FOR = """name bits;rarest common word;ours covered;theirs covered;unique on both sides;unique and undisputed;unique, no other town;letters alike;letters very alike;acronym of 4 or more;
legal form same;domain same;domain label same;our label spells it whole;our label spells it short;our label holds a word;their label spells it whole;
their label spells it short;their label holds a word;mail same;person same;mail name spells it;phone same;phone of the same switchboard;phone of the same area;
address same;address near;postcode same;postcode near;city same;city near;country same"""
AGAINST = """edits;ours: rarest word missing;theirs: rarest word missing;edits of short words;edits of known words;doubtful edit without second;abbreviations;reordered;by a half;acronym of 2;ours: a telling word more;ours: more telling words;
theirs: a telling word more;theirs: more telling words;both: telling words more;ours: a division more;theirs: a division more;ours: structure;theirs: structure;
ours: country;theirs: country;account words;ours: other town;theirs: other town;ours: number;theirs: number;legal form other;companies of that name;
customers of that name;company twins;domain shared;domain other;tenant is strange;mail shared;person other;phone shared;phone other;address shared;address other;
postcode other;city other;state other;country other;bracket country other;stale;others of like name;another agrees in more;another has a better name;no second, name shared;two conflicts;three conflicts;conflict without second"""
words = lambda text: [w.strip() for w in text.split(";")]


def load(folders):
    """Pairs of all folders: signals, class, customer, whether it is the right one; and for each customer whether it can be learned from."""
    X, G, right, who, usable, names, offset = [], [], [], [], [], None, 0
    for folder in folders:
        truth = {r["ion_id"]: r["psa_id"] for r in csv.DictReader(open(f"{folder}/truth.csv", encoding="utf-8"))}
        place = {c: offset + i for i, c in enumerate(sorted(truth))}
        found = {c: not p for c, p in truth.items()}
        rows = csv.reader(open(f"{folder}/rows.tsv", encoding="utf-8"), delimiter="\t")
        names = next(rows)[3:]
        for customer, company, kind, *values in rows:
            ok = truth[customer] == company
            found[customer] |= ok
            X.append(np.array(values, dtype=np.float32)); G.append(int(kind)); right.append(ok); who.append(place[customer])
        usable += [found[c] for c in sorted(truth)]
        offset += len(truth)
    return dict(X=np.array(X), G=np.array(G), right=np.array(right), who=np.array(who), usable=np.array(usable), n=offset, names=names)


def probabilities(d, W):
    score = np.einsum("ij,ij->i", d["X"], W[d["G"]])
    top = np.zeros(d["n"]); np.maximum.at(top, d["who"], score)
    e = np.exp(score - top[d["who"]])
    return e / (np.bincount(d["who"], e, d["n"]) + np.exp(-top))[d["who"]]


def learn(d, rounds=400):
    K, F, n, who = len(CLASSES), len(d["names"]), d["n"], d["who"]
    rows = [np.where(d["G"] == g)[0] for g in range(K)]
    X = [np.ascontiguousarray(d["X"][r]) for r in rows]
    use = d["usable"].astype(float); target = d["right"] * use[who]
    free = np.array([name == "always" for name in d["names"]])

    def loss(v):
        B, W = v[:F], v[F:].reshape(K, F)
        score = np.empty(len(who))
        for g in range(K):
            score[rows[g]] = X[g] @ W[g].astype(np.float32)
        top = np.zeros(n); np.maximum.at(top, who, score)
        e = np.exp(score - top[who]); total = np.bincount(who, e, n) + np.exp(-top)
        r = e / total[who] * use[who] - target
        grad = np.stack([r[rows[g]].astype(np.float32) @ X[g] for g in range(K)]).astype(float)
        D = W - B; hold = np.where(free, 0.02, NEAR_OTHERS)
        value = (use * (np.log(total) + top)).sum() - (score * target).sum() + NEAR_ZERO * (B**2 * ~free).sum() + (hold * D**2).sum()
        return value, np.concatenate([2 * NEAR_ZERO * B * ~free - 2 * (hold * D).sum(0), (grad + 2 * hold * D).ravel()])

    pro, con = words(FOR), words(AGAINST)
    unknown = [w for w in pro + con if w not in d["names"]]
    assert not unknown, unknown
    limits = [(0, None) if w in pro else (None, 0) if w in con else (None, None) for w in d["names"]]
    return minimize(loss, np.zeros(F * (K + 1)), jac=True, method="L-BFGS-B", bounds=limits * (K + 1), options=dict(maxiter=rounds, maxcor=20)).x[F:].reshape(K, F)


def check(folders):
    for held in folders:
        W = learn(load([f for f in folders if f != held]))
        d = load([held]); p = probabilities(d, W)
        best = np.zeros(d["n"]); np.maximum.at(best, d["who"], p)
        sure = p >= 0.995
        print(f"{held}: {sure.sum()} pairs at 0.995 or more, {(sure & d['right']).sum()} right; {(best < 0.02).sum()} customers below 0.02")


def write(path, folders):
    d = load(folders); W = learn(d)
    with open(path, "w", encoding="utf-8") as f:
        f.write("//! Weights of the model. Written by `learn.py`; do not edit by hand.\n//!\n")
        f.write(f"//! Learned from {d['n']} customers and {len(d['who'])} candidate pairs of made-up tables (half of the organisations' names from public\n")
        f.write("//! lists); regularisation chosen by leaving one table out at a time. A signal's value times its weight is added to\n")
        f.write("//! the pair's score, in nats; the columns are the classes of name agreement.\n\nuse super::signals::COUNT;\n\n")
        f.write("/// The name of each signal, and its weight for each class of name agreement:\n/// " + ", ".join(CLASSES) + ".\n#[rustfmt::skip]\npub const WEIGHTS: [(&str, [f32; 7]); COUNT] = [\n")
        for i, name in enumerate(d["names"]):
            f.write(f"    ({chr(34) + name + chr(34) + ',':33s} [{', '.join(f'{W[g, i] + 0.0:6.2f}' for g in range(len(CLASSES)))}]),\n")
        f.write("];\n")


if __name__ == "__main__":
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--write", metavar="FILE"); a.add_argument("--check", action="store_true"); a.add_argument("folders", nargs="+")
    o = a.parse_args()
    if o.check: check(o.folders)
    if o.write: write(o.write, o.folders)
