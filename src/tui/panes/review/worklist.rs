//! What both queues do: the selected item, the marked candidate, on to the next, and back.

use std::time::Duration;

use super::super::super::data::Data;
use super::super::super::keymap::Action;
use super::super::super::queues::Queue;
use super::super::super::taken::Ruling;
use super::super::super::widgets::list::Listing;
use super::super::guard::Guard;
use super::super::{Cx, Handled, PaneId};

/// A word of the filter about the best candidate's score in percent: `>80` from 80 on, `<80` below.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Limit<'f> {
    word: &'f str,
    from: bool,
    percent: f64,
}

impl<'f> Limit<'f> {
    fn read(word: &'f str) -> Option<Self> {
        let word = word.strip_prefix('!').unwrap_or(word);
        let (from, number) = match word.strip_prefix('>') {
            Some(number) => (true, number),
            None => (false, word.strip_prefix('<')?),
        };
        let number = number.strip_suffix('%').unwrap_or(number);
        let percent = number.parse::<u8>().ok().filter(|n| *n <= 100)?;
        Some(Self {
            word,
            from,
            percent: percent.into(),
        })
    }

    /// As the list shows scores, in whole percent; without a candidate there is no likeness.
    fn is_kept(&self, score: Option<f64>) -> bool {
        let percent = (score.unwrap_or(0.0) * 100.0).floor();
        (percent >= self.percent) == self.from
    }
}

/// Which item, which candidate, and what was on screen.
#[derive(Debug)]
pub struct Worklist<Q: Queue> {
    /// The rows that pass the filter.
    pub list: Listing<Q::Key>,
    /// The place of the marked candidate.
    pub mark: usize,
    guard: Guard<Q::Key>,
}

impl<Q: Queue> Default for Worklist<Q> {
    fn default() -> Self {
        Self {
            list: Listing::default(),
            mark: 0,
            guard: Guard::default(),
        }
    }
}

impl<Q: Queue> Worklist<Q> {
    /// The selected item.
    pub fn item<'d>(&self, data: &'d Data) -> Option<&'d Q::Item> {
        Q::desk(data).items().get(self.list.selected()?)
    }

    /// The frame is on the terminal; `visible` is false while something covers the pane.
    pub fn painted(&mut self, data: &Data, visible: bool, at: Duration) {
        let key = self.item(data).filter(|_| visible).map(Q::key);
        self.guard.painted(key.map(|k| (k, self.mark)), at);
    }

    /// True if a key may decide about the selected item; says why not.
    pub fn may_decide(&mut self, action: Action, key: &Q::Key, cx: &mut Cx<'_>) -> bool {
        if let Some(why) = self.guard.refuses(action, key, self.mark, cx.at, cx.burst) {
            cx.out.notice = Some(why.to_owned());
            return false;
        }
        if let Some(words) = Q::desk(cx.data).decided(key) {
            cx.out.notice = Some(format!("already decided: {words}; u takes it back"));
            return false;
        }
        true
    }

    /// Decides about an item, which may no longer be the selected one (its question stood open), and goes on to the next.
    pub fn decide(&mut self, key: &Q::Key, verdict: Q::Verdict, words: String, cx: &mut Cx<'_>) {
        let ruling = Ruling {
            key: key.clone(),
            verdict,
            words,
        };
        if self.decide_all(vec![ruling], cx) == 0 {
            cx.out.notice = Some("that item is no longer in the queue".to_owned());
        }
    }

    /// Decides about several items in one go, and goes on to the next. Gives how many still waited.
    pub fn decide_all(&mut self, rulings: Vec<Ruling<Q>>, cx: &mut Cx<'_>) -> usize {
        let (decided, effects) = Q::desk_mut(cx.data).decide(rulings, cx.at);
        cx.out.effects.extend(effects);
        let is_done = |i: &Q::Item| Q::desk(cx.data).decided(Q::key(i)).is_some();
        if decided > 0 && self.item(cx.data).is_some_and(is_done) {
            self.next(cx.data);
        }
        decided
    }

    /// What passes the filter, in its order, with what was decided about it; empty for nothing.
    pub fn shown(&self, data: &Data) -> Vec<(Q::Item, String)> {
        let desk = Q::desk(data);
        let items = self
            .list
            .order()
            .iter()
            .filter_map(|i| desk.items().get(*i));
        let decided = |i: &Q::Item| desk.decided(Q::key(i)).unwrap_or_default().to_owned();
        items.map(|i| (i.clone(), decided(i))).collect()
    }

    /// The items that may be decided in one go: what passes the filter, waits, was not put off, and nobody else looks at.
    pub fn open<'d>(&self, data: &'d Data) -> impl Iterator<Item = &'d Q::Item> {
        let desk = Q::desk(data);
        let items = self.list.order().iter();
        items.filter_map(|i| desk.items().get(*i)).filter(|i| {
            let key = Q::key(i);
            desk.decided(key).is_none() && !desk.is_later(key) && desk.claimed(key).is_none()
        })
    }

    /// What is done alike; `last` is the place of the item's last candidate.
    pub fn act(&mut self, action: Action, last: usize, cx: &mut Cx<'_>) -> Handled {
        match action {
            Action::Move(step) => {
                let items = Q::desk(cx.data).items();
                self.list.step(step, items, |i| Q::key(i).clone());
                self.mark = 0;
            }
            Action::Side(true) => self.mark = (self.mark + 1).min(last),
            Action::Side(false) => self.mark = self.mark.saturating_sub(1),
            Action::Later => {
                if let Some(at) = self.list.selected() {
                    Q::desk_mut(cx.data).put_off(at);
                    self.next(cx.data);
                }
            }
            Action::Undo => self.undo(cx),
            Action::Redo => {
                if let Some((key, effects)) = Q::desk_mut(cx.data).redo() {
                    cx.out.effects.extend(effects);
                    self.go_to(&key, cx.data);
                    self.next(cx.data);
                }
            }
            Action::Back => cx.out.go = Some((PaneId::Overview, String::new())),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    /// Whether such an action makes sense now.
    pub fn can(&self, action: Action, last: usize, data: &Data) -> bool {
        match action {
            Action::Later => self.item(data).is_some(),
            Action::Side(_) => last > 0,
            Action::Undo => Q::desk(data).undo_words().is_some(),
            Action::Redo => Q::desk(data).can_redo(),
            _ => true,
        }
    }

    /// What is known has changed. A row's text holds those limits of the filter that its score keeps, so that they are found
    /// as any other word is.
    pub fn refresh(&mut self, data: &Data, text: impl Fn(&Q::Item) -> String) {
        let items = Q::desk(data).items();
        let before = self.item(data).map(|i| Q::key(i).clone());
        let filter = self.list.filter().to_owned();
        let limits: Vec<Limit<'_>> = filter.split_whitespace().filter_map(Limit::read).collect();
        let text = |i: &Q::Item| {
            let kept = limits.iter().filter(|l| l.is_kept(Q::best(i)));
            kept.fold(text(i), |text, limit| text + " " + limit.word)
        };
        self.list
            .rebuild(items, 0..items.len(), |i| Q::key(i).clone(), text);
        if before.as_ref() != self.item(data).map(Q::key) {
            self.mark = 0;
        }
    }

    /// To the next item that waits; those put off come last.
    fn next(&mut self, data: &Data) {
        let desk = Q::desk(data);
        let items = desk.items();
        let row = |n: &usize| self.list.order().get(*n).and_then(|i| items.get(*i));
        let waits = |n: &usize| row(n).is_some_and(|i| desk.decided(Q::key(i)).is_none());
        let fresh = |n: &usize| waits(n) && row(n).is_some_and(|i| !desk.is_later(Q::key(i)));
        let len = self.list.order().len();
        let ring = || (self.list.at() + 1..len).chain(0..self.list.at().min(len));
        let to = ring().find(fresh).or_else(|| ring().find(waits));
        if let Some(to) = to {
            self.list.select(to, items, |i| Q::key(i).clone());
        }
        self.mark = 0;
    }

    fn go_to(&mut self, key: &Q::Key, data: &Data) {
        let items = Q::desk(data).items();
        let is_it = |i: &usize| items.get(*i).is_some_and(|i| Q::key(i) == key);
        if let Some(at) = self.list.order().iter().position(is_it) {
            self.list.select(at, items, |i| Q::key(i).clone());
            self.mark = 0;
        }
    }

    fn undo(&mut self, cx: &mut Cx<'_>) {
        let desk = Q::desk_mut(cx.data);
        let words = desk.undo_words();
        let Some((key, effects)) = desk.undo() else {
            cx.out.notice = Some("nothing to undo".to_owned());
            return;
        };
        cx.out.effects.extend(effects);
        cx.out.notice = words.map(|w| format!("taken back: {w}"));
        if let Some(key) = key {
            self.go_to(&key, cx.data);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_the_score_are_read() {
        let keeps = |word, score| Limit::read(word).map(|l| l.is_kept(score));
        assert_eq!(keeps(">80", Some(0.8)), Some(true));
        assert_eq!(keeps(">80%", Some(0.799)), Some(false));
        assert_eq!(keeps("<80", Some(0.799)), Some(true));
        assert_eq!(keeps("<1", None), Some(true));
        assert_eq!(
            keeps("!>80", Some(0.9)),
            Some(true),
            "the filter turns it round"
        );
        for none in ["80", ">", ">x", ">101", "<-1", ""] {
            assert_eq!(Limit::read(none), None, "{none}");
        }
    }
}
