//! The file that the console saves a view to, in our data folder.

use std::sync::Arc;

use super::deliver;
use crate::config::Folders;
use crate::domain::problem::Problem;
use crate::domain::time::Calendar;
use crate::tui::bridge::Save;

/// What the console calls to save a view.
pub(super) fn save_view(folders: &Folders, calendar: &Calendar) -> Save {
    let (folder, calendar) = (folders.exports(), calendar.clone());
    Arc::new(move |saved| {
        let (name, end) = saved.file();
        // Colons are no part of a file's name everywhere.
        let at = calendar.now().to_string().replace(':', "");
        let path = folder.join(format!("{name}-{at}.{end}"));
        let rows = saved.rows();
        deliver::private(&path, &saved.text())
            .map_err(|error| -> Problem { deliver::cannot_write(&path, &error) })?;
        Ok(format!("{rows} rows saved to {}", path.display()))
    })
}
