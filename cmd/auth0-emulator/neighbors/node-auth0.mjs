// Uses Auth0's SDK for Node.js as its documentation does. The domain is the emulator's direct address: Node.js before
// version 24 ignores HTTPS_PROXY.
import assert from "node:assert/strict";
import { ManagementClient } from "auth0";

const management = new ManagementClient({
  domain: process.env.EMULATOR_DIRECT,
  clientId: process.env.AUTH0_CLIENT_ID,
  clientSecret: process.env.AUTH0_CLIENT_SECRET,
});

const user = await management.users.create({
  connection: "Username-Password-Authentication",
  email: "ada@example.com",
  password: "Correct-Horse-42",
  user_metadata: { plan: "gold" },
});
assert.match(user.user_id, /^auth0\|/);

const changed = await management.users.update(user.user_id, { user_metadata: { plan: null, seats: 3 } });
assert.deepEqual(changed.user_metadata, { seats: 3 });

const found = await management.users.listUsersByEmail({ email: "ada@example.com" });
assert.equal(found.length, 1);

const ids = [];
for await (const each of await management.users.list({ q: 'email:"ada@example.com"' })) {
  ids.push(each.user_id);
}
assert.deepEqual(ids, [user.user_id]);

const role = await management.roles.create({ name: "Reader", description: "Reads" });
await management.users.roles.assign(user.user_id, { roles: [role.id] });
const roles = await management.users.roles.list(user.user_id);
assert.equal(roles.data[0].name, "Reader");

const api = await management.resourceServers.create({ identifier: "urn:acme:api", scopes: [{ value: "read:things" }] });
const app = await management.clients.create({ name: "machine", app_type: "non_interactive", grant_types: ["client_credentials"] });
const grant = await management.clientGrants.create({ client_id: app.client_id, audience: api.identifier, scope: ["read:things"] });
assert.deepEqual(grant.scope, ["read:things"]);

const vault = await management.flows.vault.connections.create({
  name: "forms",
  app_id: "AUTH0",
  setup: { type: "OAUTH_APP", client_id: app.client_id, client_secret: app.client_secret, domain: "acme.eu.auth0.com" },
});
assert.equal(vault.ready, true);
const flow = await management.flows.create({ name: "flow" });
await management.flows.delete(flow.id);
await management.flows.vault.connections.delete(vault.id);
await management.users.delete(user.user_id);
await assert.rejects(management.users.get(user.user_id), { statusCode: 404 });
console.log("node-auth0: ok");
