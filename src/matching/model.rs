//! From evidence to probability.

use super::evidence::NAME_CLASSES;
use super::signals::COUNT;
use super::weights::WEIGHTS;

/// The score of a pair, in nats, against "none of the candidates" at 0.
pub fn score(class: usize, signals: &[f32; COUNT]) -> f64 {
    let class = class.min(NAME_CLASSES - 1);
    let sum: f32 = signals
        .iter()
        .zip(&WEIGHTS)
        .map(|(value, (_, weights))| value * weights[class])
        .sum();
    f64::from(sum)
}

/// Probabilities of the candidates of one customer: they and "none of them" share 1 by the exponentials of their scores.
pub fn probabilities(scores: &[f64]) -> Vec<f64> {
    let top = scores.iter().copied().fold(0.0, f64::max);
    let exponentials: Vec<f64> = scores.iter().map(|s| (s - top).exp()).collect();
    let total: f64 = exponentials.iter().sum::<f64>() + (-top).exp();
    exponentials.iter().map(|e| e / total).collect()
}

#[cfg(test)]
mod tests {
    use super::{WEIGHTS, probabilities};
    use crate::matching::signals::SIGNALS;

    #[test]
    fn the_table_is_in_the_order_of_the_signals() {
        assert_eq!(WEIGHTS.map(|(name, _)| name), SIGNALS);
    }

    #[test]
    fn probabilities_share_one_with_none() {
        let p = probabilities(&[0.0]);
        assert!((p[0] - 0.5).abs() < 1e-12);
        let p = probabilities(&[800.0, 800.0, -800.0]);
        assert!((p[0] - 0.5).abs() < 1e-12 && p[2] < 1e-12);
        assert!(probabilities(&[]).is_empty());
    }
}
