use ratatui::crossterm::event::KeyModifiers;
use secrecy::ExposeSecret;

use super::*;

fn press(f: &mut Form, code: KeyCode) -> Filled {
    f.key(KeyEvent::new(code, KeyModifiers::NONE))
}

#[test]
fn a_form_is_filled_by_paste_tested_and_saved() {
    let mut f = Form::default();
    f.paste(" 400123 \n");
    press(&mut f, KeyCode::Tab);
    f.paste("secret-refresh-token-1234");
    let shown = f.shown(Field::Secret(SecretName::RefreshToken));
    assert!(!shown.contains("secret") && shown.contains("25 characters, ends in 1234"));
    assert!(!format!("{f:?}").contains("400123"));
    f.at = Place::Test;
    let Filled::Open(Some(Effect::TestConnection(new))) = press(&mut f, KeyCode::Enter) else {
        panic!("no test");
    };
    assert_eq!(
        (new.name.as_str(), new.settings["account_id"].as_str()),
        ("synnex", "400123")
    );
    assert_eq!(
        new.secrets[0].1.expose_secret(),
        "secret-refresh-token-1234"
    );
    f.tested(
        &new.name,
        &Ok("Connected to TD SYNNEX — 203 customers visible".to_owned()),
        Stored::Yes,
    );
    let Filled::Open(Some(Effect::SaveConnection(new))) = press(&mut f, KeyCode::Enter) else {
        panic!("not saved");
    };
    assert!(
        new.secrets.is_empty(),
        "the token is spent, and the store has its successor"
    );
}

#[test]
fn a_tested_token_is_not_sent_again_unless_another_is_pasted() {
    let mut f = Form::default();
    let asked = |f: &mut Form| {
        f.at = Place::Test;
        let Filled::Open(Some(Effect::TestConnection(new))) = press(f, KeyCode::Enter) else {
            panic!("no test");
        };
        *new
    };
    let refused = || {
        Err(Problem::new(
            crate::domain::problem::ProblemKind::AccountNotFound,
            "404",
        ))
    };
    f.paste("400124");
    f.at = Place::Field(Field::Secret(SecretName::RefreshToken));
    f.paste("first-token");
    let new = asked(&mut f);
    f.tested(&new.name, &refused(), Stored::No);
    let new = asked(&mut f);
    assert_eq!(new.secrets.len(), 1, "it was never stored");
    f.tested(&new.name, &refused(), Stored::Yes);
    // Only the account was wrong.
    f.at = Place::Field(Field::Setting("account_id"));
    press(&mut f, KeyCode::Backspace);
    f.paste("3");
    let new = asked(&mut f);
    assert_eq!(
        (new.settings["account_id"].as_str(), new.secrets.len()),
        ("400123", 0)
    );
    f.tested(&new.name, &refused(), Stored::Yes);
    f.at = Place::Field(Field::Secret(SecretName::RefreshToken));
    f.paste("-renewed");
    let new = asked(&mut f);
    assert_eq!(new.secrets[0].1.expose_secret(), "first-token-renewed");
}

#[test]
fn what_is_missing_is_named() {
    let mut f = Form::default();
    f.at = Place::Save;
    assert!(matches!(press(&mut f, KeyCode::Enter), Filled::Open(None)));
    assert_eq!(f.wrong, "Account ID is needed");
}

#[test]
fn each_distributor_has_its_own_fields() {
    let mut f = Form::default();
    let mut labels = |times: usize| {
        f.at = Place::Source;
        (0..times).for_each(|_| drop(press(&mut f, KeyCode::Right)));
        let fields = f.fields().into_iter();
        fields
            .map(|(_, label, _)| label)
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(
        labels(1),
        "Name, Client ID, Client secret, Base URL, Requests a minute"
    );
    assert_eq!(
        labels(1),
        "Name, Client ID, Client secret, Subscription key, Base URL, Requests a minute"
    );
    assert_eq!(
        labels(1),
        "Name, User name, Marketplace, Password, Subscription key, Base URL, Requests a minute"
    );
    assert_eq!(
        labels(1),
        "Company ID, Public key, Client ID, Private key, Base URL, Region, Company types, Company statuses, Requests a minute"
    );
    assert_eq!(
        labels(2),
        "Base URL, Client ID, Client secret, Tenant, Company types, Company statuses, Requests a minute"
    );
    assert_eq!(
        labels(1),
        "Company file, Agreement file, Date order, Decimal mark, Prices are for a, Accept fewer rows"
    );
    assert_eq!(
        labels(4),
        "Name, User name, Marketplace, Password, Subscription key, Base URL, Requests a minute"
    );
    assert_eq!(f.value(Field::Name), "ingram_micro");
}

#[test]
fn the_psa_is_tested_and_saved_under_its_own_name() {
    let mut f = Form::default();
    f.source = Source::Psa(PsaSystem::Halo);
    for (field, text) in [
        (Field::Setting("base_url"), "https://msp.halopsa.com"),
        (Field::Setting("client_id"), "6d1f0c57"),
        (
            Field::Secret(SecretName::ClientSecret),
            "a-very-secret-secret",
        ),
    ] {
        f.at = Place::Field(field);
        f.paste(text);
    }
    assert!(!f.found().is_empty());
    f.at = Place::Test;
    let Filled::Open(Some(Effect::TestConnection(new))) = press(&mut f, KeyCode::Enter) else {
        panic!("no test: {}", f.wrong);
    };
    assert_eq!(
        (new.name.as_str(), new.source, new.settings.len()),
        ("psa:halo", Source::Psa(PsaSystem::Halo), 5)
    );
    assert_eq!(new.settings["tenant"], "", "what is empty is taken back");
    f.tested(&new.name, &Ok("Connected".to_owned()), Stored::Yes);
    assert!(matches!(
        press(&mut f, KeyCode::Enter),
        Filled::Open(Some(Effect::SaveConnection(_)))
    ));
}
