//! Colours and weights. The background is never painted; every meaning also has a sign or a word.

use ratatui::style::{Color, Modifier, Style};

/// Which colours to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeName {
    /// Readable on any background: colour only in bars and marks, text by weight.
    #[default]
    Auto,
    /// Coloured words for a dark background.
    Dark,
    /// Coloured words for a light background.
    Light,
    /// Weight, underline and reverse alone, everything strong.
    HighContrast,
    /// No colour at all, as `NO_COLOR` asks.
    NoColor,
}

impl ThemeName {
    /// In the order in which they are offered.
    pub const ALL: [ThemeName; 5] = [
        ThemeName::Auto,
        ThemeName::Dark,
        ThemeName::Light,
        ThemeName::HighContrast,
        ThemeName::NoColor,
    ];

    /// As the configuration names it.
    pub fn tag(self) -> &'static str {
        match self {
            ThemeName::Auto => "auto",
            ThemeName::Dark => "dark",
            ThemeName::Light => "light",
            ThemeName::HighContrast => "high-contrast",
            ThemeName::NoColor => "none",
        }
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            ThemeName::Auto => "auto: readable on any background",
            ThemeName::Dark => "dark: coloured words for a dark background",
            ThemeName::Light => "light: coloured words for a light background",
            ThemeName::HighContrast => "high contrast: bold and underlined",
            ThemeName::NoColor => "none: no colour at all",
        }
    }
}

/// How each meaning looks.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// Plain text.
    pub text: Style,
    /// Headings, the selected row, what matters.
    pub strong: Style,
    /// The pane one is in, a chip.
    pub chip: Style,
    /// Words that say "fine".
    pub good: Style,
    /// Words that ask for attention.
    pub warn: Style,
    /// Words that say something is wrong.
    pub bad: Style,
    /// Bars and marks that say the same; shapes, never letters.
    pub bar_good: Style,
    /// As `warn`.
    pub bar_warn: Style,
}

impl Theme {
    /// The styles of a theme.
    pub fn new(name: ThemeName) -> Self {
        let text = Style::new();
        let strong = Style::new().add_modifier(Modifier::BOLD);
        let ink = |c: Color| Style::new().fg(c);
        let plain = (text, strong, strong);
        let bars = (ink(Color::Green), ink(Color::Yellow));
        let (said, bars) = match name {
            ThemeName::Auto => (plain, bars),
            ThemeName::Dark => {
                let warn = ink(Color::LightYellow).add_modifier(Modifier::BOLD);
                let bad = ink(Color::LightRed).add_modifier(Modifier::BOLD);
                ((ink(Color::LightGreen), warn, bad), bars)
            }
            // Not bold: many terminals make bold red a light red, which white swallows.
            ThemeName::Light => {
                let red = ink(Color::Red);
                let bad = red.add_modifier(Modifier::UNDERLINED);
                ((ink(Color::Blue), red, bad), bars)
            }
            ThemeName::HighContrast => (
                (
                    strong,
                    strong.add_modifier(Modifier::UNDERLINED),
                    strong.add_modifier(Modifier::UNDERLINED),
                ),
                (text, strong),
            ),
            ThemeName::NoColor => (plain, (text, strong)),
        };
        Self {
            text,
            strong,
            chip: strong.add_modifier(Modifier::REVERSED),
            good: said.0,
            warn: said.1,
            bad: said.2,
            bar_good: bars.0,
            bar_warn: bars.1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styles(t: &Theme) -> [Style; 8] {
        [
            t.text, t.strong, t.chip, t.good, t.warn, t.bad, t.bar_good, t.bar_warn,
        ]
    }

    #[test]
    fn no_theme_paints_the_background_and_no_color_paints_nothing() {
        for name in ThemeName::ALL {
            let all = styles(&Theme::new(name));
            assert!(all.iter().all(|s| s.bg.is_none()), "{name:?}");
            if matches!(name, ThemeName::NoColor | ThemeName::HighContrast) {
                assert!(all.iter().all(|s| s.fg.is_none()), "{name:?}");
            }
        }
    }

    #[test]
    fn no_two_themes_look_alike_and_each_tells_bad_from_text() {
        for (n, one) in ThemeName::ALL.into_iter().enumerate() {
            let t = Theme::new(one);
            assert_ne!(t.bad, t.text, "{one:?}");
            for other in &ThemeName::ALL[n + 1..] {
                assert_ne!(styles(&t), styles(&Theme::new(*other)), "{one:?} {other:?}");
            }
        }
    }

    /// The relative luminance of WCAG 2.
    fn luminance(rgb: [u8; 3]) -> f64 {
        let part = |c: u8| match f64::from(c) / 255.0 {
            c if c <= 0.040_45 => c / 12.92,
            c => ((c + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * part(rgb[0]) + 0.7152 * part(rgb[1]) + 0.0722 * part(rgb[2])
    }

    fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Red, blue, light red, light green, light yellow of palettes in wide use: xterm, VGA, Tango (GNOME), Campbell
    /// (Windows).
    const PALETTES: [[[u8; 3]; 5]; 4] = [
        [
            [205, 0, 0],
            [0, 0, 238],
            [255, 0, 0],
            [0, 255, 0],
            [255, 255, 0],
        ],
        [
            [170, 0, 0],
            [0, 0, 170],
            [255, 85, 85],
            [85, 255, 85],
            [255, 255, 85],
        ],
        [
            [204, 0, 0],
            [52, 101, 164],
            [239, 41, 41],
            [138, 226, 52],
            [252, 233, 79],
        ],
        [
            [197, 15, 31],
            [0, 55, 218],
            [231, 72, 86],
            [22, 198, 12],
            [249, 241, 165],
        ],
    ];

    #[test]
    fn coloured_words_stand_out_in_every_usual_palette() {
        for palette in PALETTES {
            let rgb = |style: Style| match style.fg {
                Some(Color::Red) => palette[0],
                Some(Color::Blue) => palette[1],
                Some(Color::LightRed) => palette[2],
                Some(Color::LightGreen) => palette[3],
                Some(Color::LightYellow) => palette[4],
                other => panic!("{other:?} is no colour for words"),
            };
            let (white, black) = ([255; 3], [0; 3]);
            for (name, ground) in [(ThemeName::Dark, black), (ThemeName::Light, white)] {
                let t = Theme::new(name);
                for style in [t.good, t.warn, t.bad] {
                    let seen = contrast(rgb(style), ground);
                    assert!(seen >= 4.5, "{name:?} {style:?} {seen:.2}");
                }
            }
        }
        // Words that may stand on any background have the terminal's own colour.
        let t = Theme::new(ThemeName::Auto);
        assert!(
            [t.text, t.strong, t.chip, t.good, t.warn, t.bad]
                .iter()
                .all(|s| s.fg.is_none())
        );
    }
}
