//! Orders and products: what a client of the vendor may read beside customers and subscriptions. Each subscription was
//! bought by one order of one item.

use serde_json::{Value, json};

use super::super::catalogue::PRODUCTS;
use super::super::licence::{Cycle, Status, Subscription};
use super::super::server::Query;
use super::super::server::Reply;
use super::super::wire::{amount, time};
use super::super::world::World;
use super::errors;
use super::paging::Slice;
use super::subscriptions::{plan, sku};

/// The largest page of orders and products.
const CAP: usize = 1_000;

/// What an order's number adds to its subscription's.
const ORDER_BASE: u64 = 600_000;

/// `GET …/orders` and `GET …/customers/{id}/orders`.
pub(super) fn orders(world: &World, customer: Option<&str>, query: &Query, request: &str) -> Reply {
    let slice = match Slice::of(query, CAP, request) {
        Ok(slice) => slice,
        Err(refused) => return refused,
    };
    let wanted = |s: &&Subscription| {
        let of = customer.is_none_or(|id| id == "-" || s.customer.to_string() == id);
        let state = query.get(&["status"]);
        of && state.is_none_or(|word| word.eq_ignore_ascii_case(order_state(s)))
    };
    let rows: Vec<&Subscription> = world.subscriptions.iter().filter(wanted).collect();
    let page: Vec<Value> = slice.rows(&rows).map(|s| order(world, s)).collect();
    Reply::json(
        200,
        &json!({"orders": page, "nextPageToken": slice.next(rows.len())}),
    )
}

/// `GET …/customers/{id}/orders/{id}`; `-` stands for any customer.
pub(super) fn one_order(world: &World, customer: &str, id: &str, request: &str) -> Reply {
    let found = world.subscriptions.iter().find(|s| {
        let of = customer == "-" || s.customer.to_string() == customer;
        of && (s.id + ORDER_BASE).to_string() == id
    });
    match found {
        Some(found) => Reply::json(200, &order(world, found)),
        None => errors::not_found(
            &format!(
                "accounts/{}/customers/{customer}/orders/{id}",
                world.account_id
            ),
            request,
        ),
    }
}

fn order_state(s: &Subscription) -> &'static str {
    match s.status {
        Status::Pending => "IN_PROGRESS",
        _ => "COMPLETED",
    }
}

fn order(world: &World, s: &Subscription) -> Value {
    let name = format!(
        "accounts/{}/customers/{}/orders/{}",
        world.account_id,
        s.customer,
        s.id + ORDER_BASE
    );
    let cart = s.id - 2_200_000;
    json!({
        "name": name, "referenceId": format!("customers/{}/carts/{cart}", s.customer),
        "displayName": format!("Cart - {cart}"), "userId": "5432", "status": order_state(s),
        "currencyCode": s.currency, "cartId": cart.to_string(),
        "orderItems": [{
            "name": format!("{name}/orderItems/1"), "action": "CREATE", "resourceId": s.provider_id,
            "productId": s.product.family, "skuId": sku(s), "planId": plan(s), "quantity": s.seats,
            "providerName": "UNSPECIFIED", "price": amount(s.price), "status": "ACTIVE",
        }],
        "createTime": time(s.purchased, None), "updateTime": time(s.updated, None),
        "scheduledAt": time(s.purchased, None),
    })
}

/// `GET …/products`.
pub(super) fn products(world: &World, query: &Query, request: &str) -> Reply {
    let slice = match Slice::of(query, CAP, request) {
        Ok(slice) => slice,
        Err(refused) => return refused,
    };
    let name = query.get(&["filter.skuDisplayName", "filter.name"]);
    let wanted: Vec<usize> = (0..PRODUCTS.len())
        .filter(|at| name.is_none_or(|name| PRODUCTS[*at].name == name))
        .collect();
    let page: Vec<Value> = slice.rows(&wanted).map(|at| product(world, *at)).collect();
    Reply::json(
        200,
        &json!({"products": page, "nextPageToken": slice.next(wanted.len())}),
    )
}

/// `GET …/products/{id}`.
pub(super) fn one_product(world: &World, id: &str, request: &str) -> Reply {
    match (0..PRODUCTS.len()).find(|at| product_id(*at) == id) {
        Some(at) => Reply::json(200, &product(world, at)),
        None => errors::not_found(
            &format!("accounts/{}/products/{id}", world.account_id),
            request,
        ),
    }
}

/// `POST …/products:pricing`, a read by POST.
pub(super) fn pricing() -> Reply {
    let plans: Vec<Value> = (PRODUCTS.iter().enumerate())
        .map(|(at, p)| {
            json!({
                "productId": product_id(at), "pricebookPrice": number(p.list), "pricebookCurrency": "USD",
                "pricebookMasterPrice": number(p.cost), "productAvailability": "AVAILABLE",
            })
        })
        .collect();
    Reply::json(200, &json!({ "plans": plans }))
}

fn product_id(at: usize) -> String {
    format!("{}-{}", PRODUCTS[at].family, PRODUCTS[at].sku_id)
}

fn product(world: &World, at: usize) -> Value {
    let (p, id) = (&PRODUCTS[at], product_id(at));
    let plan = |cycle: Cycle, period: &str| {
        json!({
            "id": format!("{period}-n{}", p.weight + 60), "displayName": p.name, "billingPeriod": period,
            "mpnId": format!("{}:{}", p.product_id, p.sku_id), "pricebookPrice": number(p.list),
            "pricebookCurrency": "USD",
            "phases": [{"recurringPrice": {"USD": number(if cycle == Cycle::Annual { p.list } else { p.cost })}}],
        })
    };
    json!({
        "name": format!("accounts/{}/products/{id}", world.account_id), "id": id, "type": "SERVICE",
        "categories": ["cloud"], "marketing": {"displayName": p.name},
        "definition": {"skus": [{
            "id": p.sku_id, "displayName": p.name, "productId": p.product_id,
            "plans": [plan(Cycle::Monthly, "MONTHLY"), plan(Cycle::Annual, "ANNUAL")],
        }]},
    })
}

fn number(text: &str) -> Value {
    text.parse().map_or(Value::Null, amount)
}

#[cfg(test)]
mod tests {
    use super::super::PathKind;
    use super::super::caller::{Caller, read, unlimited};

    #[tokio::test]
    async fn orders_products_and_reports_answer_as_documented() {
        let caller = Caller::signed_in(20, unlimited()).await;
        let (status, orders) = caller.get("{a}/orders?pageSize=7").await;
        assert_eq!(
            (status, orders["orders"].as_array().map(Vec::len)),
            (200, Some(7))
        );
        let token = orders["nextPageToken"].as_str().unwrap();
        let (_, next) = caller.get(&format!("{{a}}/orders?pageToken={token}")).await;
        assert_ne!(next["orders"][0]["name"], orders["orders"][0]["name"]);
        let order = &orders["orders"][0];
        assert!(order["orderItems"][0]["quantity"].is_number() && order["cartId"].is_string());
        let name = order["name"].as_str().unwrap();
        assert_eq!(
            caller.get(&format!("/api/v3/{name}")).await,
            (200, order.clone())
        );
        let (_, of_any) = caller
            .get(&format!(
                "{{a}}/customers/-/orders/{}",
                name.rsplit('/').next().unwrap()
            ))
            .await;
        assert_eq!(&of_any, order);
        assert_eq!(caller.get("{a}/orders").await.0, 400);
        assert_eq!(caller.get("{a}/customers/1/orders/2").await.0, 404);

        let (_, products) = caller.get("{a}/products?pageSize=1000").await;
        let first = &products["products"][0];
        assert!(first["definition"]["skus"][0]["plans"][0]["pricebookPrice"].is_number());
        let id = first["id"].as_str().unwrap();
        assert_eq!(&caller.get(&format!("{{a}}/products/{id}")).await.1, first);

        let (_, reports) = caller
            .get("{a}/reports?module=REPORTS_REPORTS_MODULE")
            .await;
        assert_eq!(reports["reports"][0]["reportId"], "49000");
        let (_, report) = caller.get("{a}/reports/49000").await;
        assert!(report["specs"]["allColumns"].is_array());
        assert_eq!(caller.get("{a}/reports/7").await.0, 404);
        let post = |path: &str| {
            let url = format!("/api/v3/accounts/{}/{path}", caller.server.account_id());
            let request = caller
                .http
                .post(caller.url(&url))
                .bearer_auth(&caller.access);
            async move { read(request.send().await.unwrap()).await }
        };
        let data = post("reports/49000/reportDataCsv").await;
        let lines = data["results"].as_str().unwrap().lines().count();
        assert_eq!(data["resultCount"], (lines - 1).to_string());
        assert!(post("products:pricing").await["plans"][0]["pricebookPrice"].is_number());
        // What is read by POST is not read by GET.
        assert_eq!(caller.get("{a}/reports/49000/reportDataCsv").await.0, 405);
        assert!(caller.server.stats().of(PathKind::Reports) >= 5);
    }
}
