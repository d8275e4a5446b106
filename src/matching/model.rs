//! From evidence to probability, in three steps: weights, trees, scale. `learn.py` learns all three.

use super::evidence::NAME_CLASSES;
use super::forest::{correction, inputs};
use super::signals::COUNT;
use super::trees::{LINE, SCALE};
use super::weights::WEIGHTS;

/// The trees look at so many candidates of a customer; the others keep a thousandth of their share.
const BEST: usize = 3;
const SHARE_OF_THE_REST: f64 = 1e-3;
/// What stands for "no other candidate", in nats.
const NOBODY: f64 = -15.0;
/// The rest grows by at most so much when the first loses.
const MOST_GROWTH: f64 = 10.0;

/// A pair as the model sees it.
pub struct Pair {
    /// Its class of name agreement.
    pub class: usize,
    /// Its signals.
    pub signals: [f32; COUNT],
}

/// Probabilities of the candidates of one customer, in their order. With "none of them" they share 1.
pub fn probabilities(pairs: &[Pair]) -> Vec<f64> {
    let scores: Vec<f64> = pairs.iter().map(score).collect();
    let mut found = shares(&scores);
    found.iter_mut().for_each(|p| *p *= SHARE_OF_THE_REST);
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    for &i in order.iter().take(BEST) {
        found[i] = sigmoid(corrected_margin(&pairs[i], scores[i], others(&scores, i)));
    }
    let total = found.iter().sum::<f64>().max(1.0);
    found.iter_mut().for_each(|p| *p /= total);
    rescale(&mut found);
    found
}

/// The score of a pair, in nats, against "none of the candidates" at 0.
fn score(pair: &Pair) -> f64 {
    let class = pair.class.min(NAME_CLASSES - 1);
    let sum: f32 = pair
        .signals
        .iter()
        .zip(&WEIGHTS)
        .map(|(value, (_, weights))| value * weights[class])
        .sum();
    f64::from(sum)
}

/// What scores are worth as shares of 1, "none of them" among them.
fn shares(scores: &[f64]) -> Vec<f64> {
    let top = scores.iter().copied().fold(0.0, f64::max);
    let exponentials: Vec<f64> = scores.iter().map(|s| (s - top).exp()).collect();
    let total: f64 = exponentials.iter().sum::<f64>() + (-top).exp();
    exponentials.iter().map(|e| e / total).collect()
}

/// The score of all candidates but one, taken together.
fn others(scores: &[f64], but: usize) -> f64 {
    let rest = || scores.iter().enumerate().filter(move |(i, _)| *i != but);
    let top = rest().map(|(_, s)| *s).fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return NOBODY;
    }
    let sum: f64 = rest().map(|(_, s)| (s - top).exp()).sum();
    (top + sum.ln()).max(NOBODY)
}

fn corrected_margin(pair: &Pair, score: f64, others: f64) -> f64 {
    let margin = score - others.max(0.0);
    let seen = inputs(
        score as f32,
        others as f32,
        margin as f32,
        &pair.signals,
        pair.class,
    );
    f64::from(LINE.0) + f64::from(LINE.1) * margin + correction(&seen)
}

/// Brings the first to the scale, and gives the others what it lost or takes from them what it won.
fn rescale(found: &mut [f64]) {
    let Some(first) =
        (0..found.len()).max_by(|&a, &b| found[a].total_cmp(&found[b]).then(b.cmp(&a)))
    else {
        return;
    };
    let before = found[first].clamp(1e-9, 1.0 - 1e-9);
    let after = sigmoid(on_scale((before / (1.0 - before)).ln()));
    let growth = ((1.0 - after) / (1.0 - before)).min(MOST_GROWTH);
    for p in found.iter_mut() {
        *p = (*p * growth).min(after);
    }
    found[first] = after;
}

/// Straight lines between the points of the scale; beyond its ends, one for one.
fn on_scale(z: f64) -> f64 {
    let (low, high) = (SCALE[0], SCALE[SCALE.len() - 1]);
    if z <= low.0 {
        return low.1 + z - low.0;
    }
    SCALE
        .windows(2)
        .find(|pair| z <= pair[1].0)
        .map_or(high.1 + z - high.0, |pair| {
            let ((a, from), (b, to)) = (pair[0], pair[1]);
            from + (to - from) * (z - a) / (b - a)
        })
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

#[cfg(test)]
mod tests {
    use super::{COUNT, Pair, SCALE, WEIGHTS, on_scale, probabilities, shares};
    use crate::matching::signals::SIGNALS;

    #[test]
    fn the_table_is_in_the_order_of_the_signals() {
        assert_eq!(WEIGHTS.map(|(name, _)| name), SIGNALS);
    }

    #[test]
    fn scores_share_one_with_none() {
        let p = shares(&[0.0]);
        assert!((p[0] - 0.5).abs() < 1e-12);
        let p = shares(&[800.0, 800.0, -800.0]);
        assert!((p[0] - 0.5).abs() < 1e-12 && p[2] < 1e-12);
    }

    #[test]
    fn probabilities_are_some_and_twins_are_alike() {
        assert!(probabilities(&[]).is_empty());
        let pair = || Pair {
            class: 0,
            signals: [1.0; COUNT],
        };
        let p = probabilities(&[pair(), pair(), pair(), pair()]);
        assert!(p.iter().all(|p| p.is_finite() && *p >= 0.0));
        assert!(p.iter().sum::<f64>() <= 1.0 + 1e-9);
        assert!((p[0] - p[1]).abs() < 0.3);
    }

    #[test]
    fn the_scale_rises() {
        assert!(
            SCALE
                .windows(2)
                .all(|w| w[0].0 < w[1].0 && w[0].1 <= w[1].1)
        );
        assert!((on_scale(SCALE[0].0) - SCALE[0].1).abs() < 1e-9);
        let high = SCALE[SCALE.len() - 1];
        assert!((on_scale(high.0 + 1.0) - high.1 - 1.0).abs() < 1e-9);
    }
}
