<?php
// inserveit's PHP client against the simulator: every customer and subscription once.
require $argv[1];

use GuzzleHttp\Client;
use Inserve\StreamOneAPI\Client\APIClient;
use Inserve\StreamOneAPI\StreamOneAPIClient;

$sim = json_decode(fgets(fopen($argv[2], 'r')));
$account = (int) $sim->account_id;
$client = new StreamOneAPIClient(new APIClient(new Client(['base_uri' => $sim->listening])));
$client->refreshToken($sim->refresh_token);

$customers = [];
$next = null;
do {
    $page = $client->customer->list($account, 25, $next);
    array_push($customers, ...$page->getCustomers());
    $next = $page->getNextPageToken();
} while ($next);

$subscriptions = [];
do {
    $place = ['pagination.limit' => 100, 'pagination.offset' => count($subscriptions)];
    $rows = $client->subscription->list($account, $place)->getItems() ?? [];
    array_push($subscriptions, ...$rows);
} while ($rows);

if (count($customers) !== $sim->customers || count($subscriptions) !== $sim->subscriptions) {
    fwrite(STDERR, count($customers) . ' customers, ' . count($subscriptions) . " subscriptions\n");
    exit(1);
}
echo 'PHP client: ' . count($customers) . ' customers, ' . count($subscriptions) . " subscriptions\n";
