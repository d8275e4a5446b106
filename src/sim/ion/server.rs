//! The server: starts, tells where it listens, stops.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header;
use axum::response::Response;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::super::world::{SharedWorld, open};
use super::dialect::{Amounts, Contract};
use super::fault::FaultOrder;
use super::service::{Asked, Service};
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

/// How the server is to behave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IonOptions {
    /// On 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Requests in any window; 0 is no limit.
    pub limit: usize,
    /// The window. A demo that runs N times as fast has one of 60 s / N.
    pub window: Duration,
    /// Whether it behaves.
    pub weather: Weather,
    /// What amounts refer to.
    pub amounts: Amounts,
    /// Whether answers are as documented.
    pub contract: Contract,
    /// The largest page of customers.
    pub customers_cap: usize,
    /// The largest page of subscriptions.
    pub subscriptions_cap: usize,
    /// How long access tokens live.
    pub access_life: Duration,
    /// Requests for resources that an access token serves before it ends early; 0 is no limit.
    pub access_requests: u32,
    /// Of tokens, request ids and chaos.
    pub seed: u64,
}

impl Default for IonOptions {
    /// As the vendor is thought to be: 30 requests in 60 seconds, pages of 100 and 1,000, access tokens for two hours.
    fn default() -> Self {
        Self {
            port: 0,
            limit: 30,
            window: Duration::from_secs(60),
            weather: Weather::Calm,
            amounts: Amounts::PerCycle,
            contract: Contract::Documented,
            customers_cap: 1000,
            subscriptions_cap: 100,
            access_life: Duration::from_secs(7200),
            access_requests: 0,
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
pub struct IonServer {
    address: SocketAddr,
    world: SharedWorld,
    service: Arc<Service>,
    first_token: String,
    connections: Cut,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// Starts the service for a world, on 127.0.0.1.
///
/// # Errors
/// [`SimError::Bind`] if the port cannot be had.
pub async fn start(world: SharedWorld, options: IonOptions) -> Result<IonServer, SimError> {
    let port = options.port;
    let bind = |source| SimError::Bind { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(bind)?;
    let address = listener.local_addr().map_err(bind)?;
    let service = Arc::new(Service::new(Arc::clone(&world), options));
    let app = Router::new()
        .fallback(handle)
        .with_state((Arc::clone(&service), Instant::now()))
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
    Ok(IonServer {
        address,
        world,
        first_token: service.refresh_token(),
        service,
        connections,
        stop: Some(stop),
        task,
    })
}

impl IonServer {
    /// `http://127.0.0.1:port`, without a closing slash.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The account to configure.
    pub fn account_id(&self) -> String {
        open(&self.world).account_id.to_string()
    }

    /// The first refresh token, to paste; it works once.
    pub fn refresh_token(&self) -> &str {
        &self.first_token
    }

    /// The refresh token that works now, as the portal's Request New Credentials would show it.
    pub fn current_refresh_token(&self) -> String {
        self.service.refresh_token()
    }

    /// What the server saw so far.
    pub fn stats(&self) -> Stats {
        self.service.stats()
    }

    /// Scripts a fault.
    pub fn fault(&self, order: FaultOrder) {
        self.service.fault(order);
    }

    /// One JSON object for scripts: where it listens, what to configure, how much there is.
    pub fn listening_line(&self) -> String {
        let world = open(&self.world);
        json!({
            "listening": format!("http://{}", self.address),
            "account_id": world.account_id.to_string(),
            "refresh_token": self.first_token,
            "customers": world.customers.len(),
            "subscriptions": world.subscriptions.len(),
        })
        .to_string()
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

impl Drop for IonServer {
    fn drop(&mut self) {
        self.connections.cut();
        self.task.abort();
    }
}

async fn handle(
    State((service, started)): State<(Arc<Service>, Instant)>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let header = |name| {
        head.headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let asked = Asked {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        authorization: header(header::AUTHORIZATION),
        content_type: header(header::CONTENT_TYPE),
        takes_gzip: header(header::ACCEPT_ENCODING).contains("gzip"),
        body: axum::body::to_bytes(body, MAX_REQUEST)
            .await
            .unwrap_or_default()
            .to_vec(),
    };
    service
        .answer(&asked, started.elapsed())
        .into_response(&cut)
}
