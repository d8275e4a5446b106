#!/usr/bin/env bash
# Measures the console on a database of 5,000 customers, 300 items to review and 100,000 log entries.
#
#   benches/console.sh MEASURE [OPTIONS]
#
# MEASURE is the program that runs another one in a pseudo-terminal and prints what a person at its other end would feel; it
# gets OPTIONS (default: its whole panel), then the console's command. The release build must be there. The database is
# made once, by a sync with the simulator, in target/console; remove that folder to make it anew.
set -euo pipefail
cd "$(dirname "$0")/.."

measure=${1:?the measuring program is missing}
shift
work=$PWD/target/console
vectis=$PWD/target/release/vectis
export VECTIS_NOW=2026-11-30T06:00:00Z
export XDG_DATA_HOME=$work/data XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state
database=$work/console.db

# A distributor on this machine, at the pace of the real one unless another is given.
simulate() {
  rm -f "$work/sim.json"
  "$vectis" sim --customers 5000 --seed 7 --psa-files "$work" --page-cap 1000 "$@" >"$work/sim.json" &
  simulator=$!
  trap 'kill "$simulator"' EXIT
  until [ -s "$work/sim.json" ]; do sleep 0.1; done
}

told() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$work/sim.json" | head -1; }

connect() {
  told refresh_token >"$work/token"
  "$vectis" --database "sqlite://$database" connection set synnex --vendor synnex --account-id "$(told account_id)" \
    --base-url "$(told listening)" --refresh-token-file "$work/token" "$@" >&2
}

mkdir -p "$work"
if [ ! -e "$work/made" ]; then
  rm -f "$database"*
  simulate --requests-per-minute 0
  connect --requests-per-minute 60000
  "$vectis" --database "sqlite://$database" psa import --companies "$work/companies.csv" --agreements "$work/contract_lines.csv" --yes >&2
  "$vectis" --database "sqlite://$database" sync >&2 || [ $? = 9 ]
  kill "$simulator"
  trap - EXIT
  sqlite3 "$database" "
    UPDATE vendor_customers SET link_state = 'no_counterpart' WHERE link_state = 'pending' AND rowid NOT IN
      (SELECT rowid FROM vendor_customers WHERE link_state = 'pending' ORDER BY review_weight DESC LIMIT 300);
    INSERT INTO sync_events (tenant, at, level, text)
      SELECT tenant, at, 'info', 'page ' || value || ' of subscriptions: 1000 rows'
      FROM (SELECT tenant, at FROM sync_events LIMIT 1), generate_series(1, 100000)"
  touch "$work/made"
fi
simulate
connect --requests-per-minute 28

[ $# -gt 0 ] || set -- --panel '2 j k j k 3 j k 4 j k 5 j k 1 ? <esc>' --quit 'q q'
"$measure" "$@" -- "$vectis" --database "sqlite://$database"
