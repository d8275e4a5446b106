//! Small regression trees that correct what the weights alone would say.

use super::signals::COUNT;
use super::trees::TREES;

/// Seven questions (number of the input, limit) and eight answers, in nats. The value is compared with the limit; above
/// it, the way goes right.
pub type Tree = ([(u8, f32); 7], [f32; 8]);

/// Inputs of the trees: score, score of all others together, margin, the signals, the name class.
pub const INPUTS: usize = COUNT + 4;

/// Puts the inputs together.
pub fn inputs(
    score: f32,
    others: f32,
    margin: f32,
    signals: &[f32; COUNT],
    class: usize,
) -> [f32; INPUTS] {
    let mut inputs = [0.0; INPUTS];
    inputs[..3].copy_from_slice(&[score, others, margin]);
    inputs[3..3 + COUNT].copy_from_slice(signals);
    inputs[3 + COUNT] = class as f32;
    inputs
}

/// The sum of all trees' answers, in nats.
pub fn correction(inputs: &[f32; INPUTS]) -> f64 {
    TREES
        .iter()
        .map(|tree| f64::from(answer(tree, inputs)))
        .sum()
}

fn answer((questions, answers): &Tree, inputs: &[f32; INPUTS]) -> f32 {
    let mut at = 0;
    while let Some(&(input, limit)) = questions.get(at) {
        let right = inputs
            .get(usize::from(input))
            .is_some_and(|value| *value > limit);
        at = 2 * at + 1 + usize::from(right);
    }
    answers
        .get(at - questions.len())
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{INPUTS, TREES, answer};

    #[test]
    fn a_tree_is_walked_to_its_answer() {
        let questions = [
            (0, 0.5),
            (1, 0.5),
            (1, 1.5),
            (2, 0.5),
            (2, 1.5),
            (2, 2.5),
            (2, 3.5),
        ];
        let tree = (questions, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        let mut inputs = [0.0; INPUTS];
        assert_eq!(answer(&tree, &inputs), 0.0);
        (inputs[0], inputs[1], inputs[2]) = (1.0, 1.0, 3.0);
        assert_eq!(answer(&tree, &inputs), 5.0);
        inputs[1] = 2.0;
        assert_eq!(answer(&tree, &inputs), 6.0);
    }

    #[test]
    fn the_trees_ask_for_inputs_that_exist() {
        let asked = TREES.iter().flat_map(|(questions, _)| questions);
        assert!(asked.clone().all(|(input, _)| usize::from(*input) < INPUTS));
        assert!(asked.clone().count() > 0);
    }
}
