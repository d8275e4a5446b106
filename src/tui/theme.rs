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

    #[test]
    fn no_theme_paints_the_background_and_no_color_paints_nothing() {
        for name in [
            ThemeName::Auto,
            ThemeName::Dark,
            ThemeName::Light,
            ThemeName::HighContrast,
            ThemeName::NoColor,
        ] {
            let t = Theme::new(name);
            let all = [
                t.text, t.strong, t.chip, t.good, t.warn, t.bad, t.bar_good, t.bar_warn,
            ];
            assert!(all.iter().all(|s| s.bg.is_none()), "{name:?}");
            if matches!(name, ThemeName::NoColor | ThemeName::HighContrast) {
                assert!(all.iter().all(|s| s.fg.is_none()), "{name:?}");
            }
        }
    }
}
