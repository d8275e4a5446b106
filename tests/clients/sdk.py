"""The vendor's Python SDK against the simulator: every customer and subscription once."""

import contextlib
import io
import json
import sys
import tempfile

from StreamOneIONSDK.client import StreamOneClient

sim = json.loads(open(sys.argv[1]).readline())
tokens = {"access_token": "expired", "refresh_token": sim["refresh_token"]}
with tempfile.NamedTemporaryFile("w+", suffix=".json") as config:
    json.dump({"v3": tokens, "accountid": sim["account_id"]}, config)
    config.flush()
    client = StreamOneClient(config=config.name)
    client.v3_base_url = sim["listening"]
    # It prints its parameters, and adds the limit it asked for to the offset: 50 is below the simulator's cap.
    with contextlib.redirect_stdout(io.StringIO()):
        customers = {row["name"] for row in client.list_customers(pageSize=7)}
        subscriptions = {row["id"] for row in client.list_subscriptions(pageSize=50)}
    # The PHP client goes on with the token that is left.
    sim["refresh_token"] = json.load(open(config.name))["v3"]["refresh_token"]

with open(sys.argv[1], "w") as out:
    print(json.dumps(sim), file=out)
assert len(customers) == sim["customers"], len(customers)
assert len(subscriptions) == sim["subscriptions"], len(subscriptions)
print(f"Python SDK: {len(customers)} customers, {len(subscriptions)} subscriptions")
