//! Type-to-filter: every word must be found, as it stands or by word beginnings (`conltd` finds "Contoso Ltd").
//! Smart case: a capital in the word asks for that capital. `!word` leaves out what holds it.

/// How well the text answers the pattern, higher is better; none where it does not. An empty pattern fits all.
pub fn score(pattern: &str, text: &str) -> Option<i32> {
    // "Müller" is found by "mul" as well as by "mül".
    match as_written(pattern, text) {
        None if !text.is_ascii() => as_written(pattern, &deunicode::deunicode(text)),
        found => found,
    }
}

fn as_written(pattern: &str, text: &str) -> Option<i32> {
    let lower = text.to_lowercase();
    let mut total = 0;
    for word in pattern.split_whitespace() {
        let keep_case = word.chars().any(char::is_uppercase);
        let hay: &str = if keep_case { text } else { &lower };
        match word.strip_prefix('!') {
            Some("") => {}
            Some(without) if hay.contains(without) => return None,
            Some(_) => {}
            None => total += word_score(word, hay)?,
        }
    }
    Some(total)
}

fn word_score(word: &str, hay: &str) -> Option<i32> {
    if let Some(at) = hay.find(word) {
        let starts = hay[..at].chars().next_back().is_none_or(is_gap);
        return Some(100 + if starts { 50 } else { 0 } + if at == 0 { 25 } else { 0 });
    }
    let hay: Vec<char> = hay.chars().take(200).collect();
    let word: Vec<char> = word.chars().take(32).collect();
    by_beginnings(&word, &hay).then_some(30)
}

/// True if the letters of `word` are found in order, each next to the one before or at the beginning of a word.
fn by_beginnings(word: &[char], hay: &[char]) -> bool {
    // ends[i]: the letters so far can end at hay[i].
    let mut ends = vec![false; hay.len()];
    for (n, letter) in word.iter().enumerate() {
        let mut next = vec![false; hay.len()];
        let mut before = n == 0;
        for i in 0..hay.len() {
            let begins = i == 0 || is_gap(hay[i - 1]);
            let follows = n > 0 && i > 0 && ends[i - 1];
            next[i] = hay[i] == *letter && (follows || (begins && before));
            before |= n > 0 && ends[i];
        }
        ends = next;
    }
    word.is_empty() || ends.contains(&true)
}

fn is_gap(c: char) -> bool {
    !c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_beginnings_and_exclusion() {
        for (pattern, found) in [
            ("", true),
            ("cont", true),
            ("ltd cont", true),
            ("conltd", true),
            ("cl", true),
            ("ctso", false),
            ("!ltd", false),
            ("cont !gmbh", true),
            ("Cont", true),
            ("CONT", false),
            ("!", true),
        ] {
            assert_eq!(score(pattern, "Contoso Ltd").is_some(), found, "{pattern}");
        }
    }

    #[test]
    fn a_word_at_the_beginning_is_worth_more() {
        assert!(score("sync", "sync now") > score("sync", "stop the sync"));
        assert!(score("ync", "sync now") < score("now", "sync now"));
    }
}
