//! Which phone areas go with which states and towns: learned from the rows at hand, so that a number can speak for or
//! against a place that it is not written beside.

use foldhash::HashMap;

use super::fold;
use super::place::Place;

/// Digits of a national number that make its area.
const AREA_DIGITS: usize = 3;
/// How many rows' worth of doubt stands against what has been counted.
const DOUBT: f32 = 2.0;
/// From so many rows on, counts say something; in fewer, one row more or less would turn a decision about others.
const FEWEST: u32 = 30;
/// A number speaks at most so strongly, in nats.
const MOST: f32 = 3.0;

/// Counts of areas and places that stand in one row.
#[derive(Debug, Default)]
pub struct Areas {
    together: HashMap<(u64, u64), u32>,
    areas: HashMap<(u64, Level), u32>,
    places: HashMap<u64, u32>,
    rows: HashMap<Level, u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Level {
    State,
    Town,
}

/// Where a row's phone is, and where the row says that it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Area {
    phone: Option<u64>,
    places: [Option<(Level, u64)>; 2],
}

impl Area {
    /// Reads both.
    pub fn of(phone: Option<&str>, place: &Place) -> Self {
        let state = Some(fold::hash(2, &place.state)).filter(|_| !place.state.is_empty());
        let town = Some(fold::hash(3, &place.city.concat())).filter(|_| !place.city.is_empty());
        Self {
            phone: phone
                .and_then(|p| p.get(..AREA_DIGITS))
                .map(|area| fold::hash(1, area)),
            places: [
                state.map(|key| (Level::State, key)),
                town.map(|key| (Level::Town, key)),
            ],
        }
    }
}

impl Areas {
    /// Counts one row.
    pub fn learn(&mut self, row: &Area) {
        let Some(area) = row.phone else {
            return;
        };
        for (level, key) in row.places.into_iter().flatten() {
            *self.together.entry((area, key)).or_default() += 1;
            *self.areas.entry((area, level)).or_default() += 1;
            *self.places.entry(key).or_default() += 1;
            *self.rows.entry(level).or_default() += 1;
        }
    }

    /// How much more often the phone's area goes with the other row's place than any area does, in nats; 0 where nothing
    /// is known, or too little.
    pub fn fit(&self, phone: &Area, place: &Area) -> f32 {
        let Some(area) = phone.phone else {
            return 0.0;
        };
        let fits = place
            .places
            .into_iter()
            .flatten()
            .filter_map(|(level, key)| {
                let all = *self.rows.get(&level).filter(|rows| **rows >= FEWEST)? as f32;
                let usual = *self.places.get(&key)? as f32 / all;
                let seen = *self.areas.get(&(area, level))? as f32;
                let both = self.together.get(&(area, key)).copied().unwrap_or_default() as f32;
                Some(((both + DOUBT * usual) / (seen + DOUBT) / usual).ln())
            });
        fits.fold(
            0.0f32,
            |most, fit| if fit.abs() > most.abs() { fit } else { most },
        )
        .clamp(-MOST, MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::{Area, Areas, FEWEST};
    use crate::matching::place::Place;

    #[test]
    fn a_number_speaks_for_the_state_of_its_area() {
        let mut areas = Areas::default();
        let at = |phone, state| Area::of(phone, &Place::parse("", "", state, "", ""));
        for n in 0..FEWEST {
            assert_eq!(areas.fit(&at(Some("713"), ""), &at(None, "TX")), 0.0);
            let row = if n % 2 == 0 {
                ("713555", "TX")
            } else {
                ("212555", "NY")
            };
            areas.learn(&at(Some(row.0), row.1));
        }
        let fit = |phone, state| areas.fit(&at(phone, ""), &at(None, state));
        assert!(fit(Some("7135550000"), "Texas") > 0.5);
        assert!(fit(Some("7135550000"), "NY") < -1.0);
        assert_eq!(fit(Some("7135550000"), "OH"), 0.0);
        assert_eq!(fit(Some("9995550000"), "TX"), 0.0);
        assert_eq!(fit(None, "TX"), 0.0);
    }
}
