//! The server: starts, tells where it listens, stops.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::asked::Asked;
use super::fault::FaultOrder;
use super::host::Host;
use super::reply::Reply;
use super::service::Service;
use super::socket::{Cut, CutListener};
use super::stats::Stats;

/// Requests with a larger body are cut off there.
const MAX_REQUEST: usize = 64 * 1024;

/// Whether the service behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weather {
    /// As documented; only scripted faults.
    #[default]
    Calm,
    /// Random faults, hostile names, broken rows, all by the seed.
    Chaos,
}

/// Whether a refusal for too many requests says when to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hint {
    /// In the vendor's way.
    #[default]
    Given,
    /// It does not.
    Missing,
}

impl Hint {
    /// The refusal, saying in a `Retry-After` that there is room again in so many seconds, or not.
    pub(in super::super) fn on(self, refusal: Reply, seconds: u64) -> Reply {
        match self {
            Hint::Given => refusal.with_header("retry-after", seconds.to_string()),
            Hint::Missing => refusal,
        }
    }
}

/// How a server is to behave, whatever it serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerOptions {
    /// On 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Requests in any window; 0 is no limit.
    pub limit: usize,
    /// The window. A demo that runs N times as fast has one of 60 s / N.
    pub window: Duration,
    /// Whether it behaves.
    pub weather: Weather,
    /// How long every answer takes, at the least; requests at once can be seen only if it takes some time.
    pub latency: Duration,
    /// Of tokens, request ids and chaos.
    pub seed: u64,
}

impl Default for ServerOptions {
    /// Calm, at once, without a limit, on a free port.
    fn default() -> Self {
        Self {
            port: 0,
            limit: 0,
            window: Duration::from_secs(60),
            weather: Weather::Calm,
            latency: Duration::ZERO,
            seed: 1,
        }
    }
}

/// The simulator could not start.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The port is taken or may not be used.
    #[error(
        "cannot listen on 127.0.0.1:{port} ({source}); choose another port, or 0 for a free one"
    )]
    Bind {
        /// The port asked for.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
}

/// A running server; dropping it stops it.
pub struct Server<S: Service> {
    address: SocketAddr,
    host: Arc<Host<S>>,
    first_line: Map<String, Value>,
    connections: Cut,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// What handlers share.
struct Shared<S: Service> {
    host: Arc<Host<S>>,
    started: Instant,
    latency: Duration,
}

/// Starts a service on 127.0.0.1.
///
/// # Errors
/// [`SimError::Bind`] if the port cannot be had.
pub async fn start<S: Service>(service: S, options: &ServerOptions) -> Result<Server<S>, SimError> {
    let port = options.port;
    let bind = |source| SimError::Bind { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(bind)?;
    let address = listener.local_addr().map_err(bind)?;
    let mut first_line = service.introduction();
    first_line.insert("listening".to_owned(), format!("http://{address}").into());
    let host = Arc::new(Host::new(service, options));
    let shared = Shared {
        host: Arc::clone(&host),
        started: Instant::now(),
        latency: options.latency,
    };
    let app = Router::new()
        .fallback(handle::<S>)
        .with_state(Arc::new(shared))
        .into_make_service_with_connect_info::<Cut>();
    let connections = Cut::default();
    let listener = CutListener {
        listener,
        all: connections.clone(),
    };
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(async move {
        tokio::select! {
            _ = axum::serve(listener, app) => {}
            _ = stopped => {}
        }
    });
    Ok(Server {
        address,
        host,
        first_line,
        connections,
        stop: Some(stop),
        task,
    })
}

impl<S: Service> Server<S> {
    /// `http://127.0.0.1:port`, without a closing slash.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What the server saw so far.
    pub fn stats(&self) -> Stats<S::Kind> {
        self.host.stats()
    }

    /// Scripts a fault.
    pub fn fault(&self, order: FaultOrder<S::Kind>) {
        self.host.fault(order);
    }

    /// Asks the service something.
    pub fn with<T>(&self, ask: impl FnOnce(&mut S) -> T) -> T {
        self.host.with(ask)
    }

    /// One JSON object for scripts: where it listens, what to configure, how much there was at the start.
    pub fn listening_line(&self) -> String {
        Value::Object(self.first_line.clone()).to_string()
    }

    /// A text of the first line, such as `client_id`; empty if there is none of that name.
    pub fn told(&self, member: &str) -> &str {
        let value = self.first_line.get(member);
        value.and_then(Value::as_str).unwrap_or_default()
    }

    /// Stops listening and waits until it has stopped; open connections are reset.
    pub async fn shutdown(mut self) {
        self.connections.cut();
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        let _ = (&mut self.task).await;
    }
}

impl<S: Service> Drop for Server<S> {
    fn drop(&mut self) {
        self.connections.cut();
        self.task.abort();
    }
}

async fn handle<S: Service>(
    State(shared): State<Arc<Shared<S>>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
) -> Response {
    let _present = shared.host.begin();
    let (head, body) = request.into_parts();
    let headers = head.headers.iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some((name.as_str().to_owned(), value.to_owned()))
    });
    let asked = Asked {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body: axum::body::to_bytes(body, MAX_REQUEST)
            .await
            .unwrap_or_default()
            .to_vec(),
    };
    let reply = shared.host.answer(&asked, shared.started.elapsed());
    if !shared.latency.is_zero() {
        tokio::time::sleep(shared.latency).await;
    }
    reply.into_response(&cut)
}
