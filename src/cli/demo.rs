//! `vectis demo`: the whole product on a simulated distributor and PSA, on a throw-away database.

use super::acceptance_file::accept;
use super::console::{Screen, options};
use super::qbr_file::write_qbr;
use super::saved_view::save_view;
use super::session::Session;
use super::stage::{DemoArgs, Stage};
use super::{Done, story};
use crate::domain::problem::Problem;
use crate::domain::time::Calendar;
use crate::engine::command::Command;
use crate::tui::DemoInfo;
use crate::tui::bridge::Above;

pub(super) async fn run(args: DemoArgs, session: Session) -> Result<Done, Problem> {
    if args.headless {
        // A stopped calendar, so that two runs with one seed tell the same.
        let monday = session.calendar.now().week().start().plus_seconds(6 * 3600);
        let stage = Stage::set(&args, &session, Calendar::fixed(monday)).await?;
        let done = story::tell(&stage, &args, session.output).await;
        stage.strike().await;
        return done;
    }
    on_screen(&args, &session).await
}

/// Opens the console on the demo's stage and starts the first sync.
async fn on_screen(args: &DemoArgs, session: &Session) -> Result<Done, Problem> {
    let calendar = session.calendar.clone();
    let info = DemoInfo {
        speed: args.speed(),
    };
    let screen = Screen::open(options(
        &args.console,
        session,
        calendar.clone(),
        Some(info),
    ));
    let stage = match Stage::set(args, session, calendar).await {
        Ok(stage) => stage,
        Err(problem) => return screen.refuse(problem).await,
    };
    let first = Command::Sync {
        connections: Vec::new(),
        full: false,
    };
    let above = Above {
        next_week: Some(stage.next_week()),
        write_qbr: write_qbr(&stage.ctx, &session.folders),
        accept: accept(&stage.ctx, &session.folders),
        save: save_view(&session.folders, &session.calendar),
    };
    let done = screen.show(stage.ctx.clone(), above, Some(first)).await;
    stage.strike().await;
    done
}
