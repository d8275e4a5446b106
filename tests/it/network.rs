//! Proxies and certificate authorities as the environment and the configuration name them.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::program::{Home, Ran};
use crate::support::wire::{answer, server};

const HOST: &str = "ion.invalid";

fn connected() -> Home {
    let home = Home::new();
    let token = home.file("token", "a-refresh-token");
    let base = format!("https://{HOST}");
    home.run([
        "connection",
        "set",
        "synnex",
        "--vendor",
        "synnex",
        "--base-url",
        &base,
        "--account-id",
        "1",
        "--refresh-token-file",
        &token,
    ])
    .expect(0);
    home
}

fn test(home: &Home, variables: &[(&str, &str)]) -> Ran {
    let database = home.database();
    let mut command = home.command([
        "connection",
        "test",
        "synnex",
        "--json",
        "--database",
        &database,
    ]);
    command.envs(variables.iter().copied());
    command.output().expect("the program starts").into()
}

#[test]
fn the_proxy_of_the_environment_or_the_configuration_is_asked() {
    let (proxy, asked) = server(|_| answer("407 Proxy Authentication Required", "", ""));
    let home = connected();
    for variable in ["HTTPS_PROXY", "https_proxy", "VECTIS_NETWORK__PROXY"] {
        let error = test(&home, &[(variable, &proxy)]).expect(8).json();
        assert!(
            error.to_string().contains("wants a login (407)"),
            "{error:#}"
        );
        let asked = std::mem::take(&mut *asked.lock().expect("not poisoned"));
        assert_eq!(
            (asked[0].method.as_str(), asked[0].target.as_str()),
            ("CONNECT", "ion.invalid:443")
        );
        assert!(!format!("{asked:?}").contains("a-refresh-token"));
    }
}

#[test]
fn a_host_in_no_proxy_is_asked_directly() {
    let (proxy, asked) = server(|_| answer("407 Proxy Authentication Required", "", ""));
    let home = connected();
    let database = home.database();
    for variable in ["HTTPS_PROXY", "VECTIS_NETWORK__PROXY"] {
        let mut command = home.command(["sync", "-v", "--database", &database]);
        let mut child = command
            .env(variable, &proxy)
            .env("NO_PROXY", format!("example.com,{HOST}"))
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        // The name has no address, which is tried again and again: the first failure says enough.
        let lines = BufReader::new(child.stderr.take().expect("stderr")).lines();
        let failure = lines
            .map_while(Result::ok)
            .find(|line| line.contains("(DNS)"));
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        assert!(failure.is_some(), "{variable}");
        assert_eq!(*asked.lock().expect("not poisoned"), [], "{variable}");
    }
}

#[test]
fn settings_that_cannot_be_used_are_refused_before_anything_is_sent() {
    let home = connected();
    let no_pem = home.file("ca.pem", "hello");
    for (variable, value, words) in [
        (
            "VECTIS_NETWORK__CA_FILE",
            "/nowhere/ca.pem",
            "/nowhere/ca.pem",
        ),
        ("VECTIS_NETWORK__CA_FILE", no_pem.as_str(), "no certificate"),
        (
            "VECTIS_NETWORK__PROXY",
            "http://me:hunter22@proxy:1",
            "without a login",
        ),
        (
            "VECTIS_NETWORK__PROXY",
            "socks5://proxy:1",
            "a proxy's address",
        ),
    ] {
        let error = test(&home, &[(variable, value)])
            .expect(3)
            .json()
            .to_string();
        assert!(
            error.contains(words) && !error.contains("hunter22"),
            "{error}"
        );
    }
}
