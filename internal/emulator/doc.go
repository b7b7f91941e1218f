/*
Package emulator is an in-memory Auth0 tenant over HTTPS, for tests.

It knows HTTP and nothing of its clients: neither Terraform nor Auth0's SDK. A client reaches it as it would reach
Auth0, by the tenant's host name, through the proxy that Start opens; see Start, and cmd/auth0-emulator for the
program.

	e, err := emulator.Start(emulator.Options{})
	tenant := e.Tenant("acme.eu.auth0.com")
	client := tenant.AddClient(emulator.Client{Name: "test"})
	tenant.Grant(client.ID, "read:users", "create:users")
	http.Client{Transport: e.Transport()}.Get("https://acme.eu.auth0.com/api/v2/users")

New returns an emulator that is called instead of being reached by a network, which works in virtual time. Tenant.Fail lets
requests fail in the ways that FaultKinds lists.

# What it enforces

Everything that Auth0's published contract and recorded traffic say: the signature, age, audience, host and scopes of
tokens; closed bodies, lengths and formats; paging limits; which attributes of a user may change together; who may see
a secret; what is present, null or absent in each body. Behavior holds the switches of a tenant: limits, delays, and
the other reading of what is not known.

# What Auth0 leaves open

Where neither contract nor traffic tells whether something is accepted, the emulator refuses it; where they do not tell
what an answer looks like, it follows the nearest recorded one. Each line below is one such reading, with the switch of
Behavior that tries the other. "Fixed" means that no switch changes it.

Hosts and requests

  - A host without a tenant is refused by the proxy with 403, as is any port but 443: Options.Hosts, Options.PassThrough.
  - Checks come in this order: rate limit (429), length of the URI (414), path (404, also for a method that it does not
    have), token (401), scope (403), size of the body (413), format of the id (400), query and body (400),
    existence (404), then business rules. Fixed.
  - Bodies with status 200, 403 and 404 are compressed for clients that take gzip, as recorded: NoGzip.
  - An unknown query parameter is 400. Fixed.
  - per_page and take may be 100 at most; the documentation also says 50. The default page is half of it: MaxPerPage.
  - A path with query beyond 8192 bytes is 414. Fixed.
  - A body of a content type other than JSON or form is 415, as seen in the wild. Fixed.
  - A body beyond 1 MiB is 413, broken JSON is 400 without an errorCode; a body without content type is read as JSON. Fixed.
  - Violations are worded as the recorded ones are, one at a time; the description in brackets is the emulator's own, and
    unknown keys are named in the reverse of the order sent, as recorded. Fixed.
  - Where the contract is a choice between schemas (setups and actions), the message still names the property: UnionErrors.
  - A refused scope is worded with a comma for users, clients and grants and with a semicolon for flows and for single
    users, as the contract has it, without a period. Fixed.
  - A refused token has its message a second time under attributes; a missing one has not. An opaque token is 400. Fixed.
  - A token given out under one of the tenant's host names is 401 ("Invalid token") under another. Fixed.

Rate limits

  - The headers are on every answer, and X-RateLimit-Reset is the second in which the bucket is full, as recorded. A client
    should work under the other reading, too: Limits.ResetAtNextRefill.
  - Buckets are refilled continuously, as recorded for limits per second, and assumed for limits per minute. The
    documentation has them refilled at the top of each second or minute: Limits.InSteps.
  - A tenant has the limits of an enterprise tenant in production: Plan names others; Limits.None has none, and no headers.
  - A 429 has no Retry-After: Limits.RetryAfter. It costs nothing; refused requests of other kinds cost as much as others. Fixed.
  - /users, all below it and /users-by-email share the buckets of the users endpoints; GET of single clients counts as
    GET of clients. Fixed (Limits.Endpoints can say otherwise).

Token endpoint

  - Wrong credentials are 401 access_denied, as seen on real tenants: InvalidClientError for the documented invalid_client.
  - A client may send its secret by Basic or in the body, whatever its token_endpoint_auth_method, "none" excepted: StrictAuthMethod.
  - Without audience there is an opaque token: AudienceRequired.
  - A missing grant is worded in the older way: NewGrantError.
  - An audience that no API has is 403. Fixed.
  - Parameters scope and organization are ignored. A grant without scopes gives a token without the key scope. Fixed.
  - Tokens of a deleted client, or of one whose grant was taken away, stay valid until they expire. Fixed.
  - An assertion (private-key JWT) may be signed by RS256, RS384 or PS256 and has the host or its token endpoint as audience;
    jti is not remembered. Fixed.

Vault connections

  - Ids in paths and in actions have to be ac_ and 22 characters of base58, else 400: AnyID for 404. The same for flows
    (af_) and, for users, a provider, a bar and an id.
  - hostname-rfc2181 is taken as labels of letters, digits and inner hyphens, one at least, 253 in all; forms-url-https as an
    absolute https URL with such a host. Fixed.
  - POST answers 201: CreatedStatus for 200, as in September 2024.
  - Lists show the newest first: OldestFirst.
  - Names need not be unique: UniqueNames.
  - Keys that only the server sets are refused in bodies. Fixed.
  - account_name is the domain for AUTH0, a masked token for HTTP with BEARER, absent for the rest: AccountName.
  - Credentials are stored unchecked: ChecksCredentials (of this tenant's own clients; other hosts cannot be asked).
  - PATCH takes a setup of the connection's app only. It replaces the stored one whole: SetupMerges.
  - An empty PATCH, {}, of a connection or a flow is accepted and moves updated_at. Fixed.
  - refreshed_at is null in answers to POST and PATCH while nothing is set up, and absent otherwise, until Auth0 renews the
    token: RefreshedAtWithSetup.
  - A renewed token moves updated_at too, and with it the fingerprint, some milliseconds after refreshed_at: RenewalKeepsUpdatedAt.
  - A connection that a flow uses can be deleted: RefuseDeleteInUse.
  - environment is never set. Fixed.

Users

  - The default database takes a username and does not need one, so that both kinds of recorded requests work; AddDatabase
    makes stricter ones. A database needs e-mail and password; passwordless e-mail needs the e-mail, sms the phone number,
    and neither takes a password. Usernames have 1 to 15 characters (Database.UsernameMin, UsernameMax). Fixed otherwise.

  - Messages of password rules beyond strength follow the error names of Auth0's libraries; passwords end at 72 bytes. Fixed.

  - Metadata keys with a dot or a dollar are refused at any depth, reserved keys of app_metadata at the first level.
    Fixed.

  - null values of metadata are dropped at creation: KeepNullMetadata.

  - The initials of a picture are the first two characters of the name if one is given, else of the e-mail address. Fixed.

  - Users without e-mail get their phone number as name, and neither nickname nor picture. Fixed.

  - Pairs that may not change together are refused by the presence of both keys, even if one is null. Fixed.

  - Unknown keys of PATCH are ignored: StoreUnknownKeys.

  - null removes profile attributes of database users: RefuseNull. It removes the e-mail only while another identifier is
    left, and a username only where the connection does not require one. Fixed.

  - Profiles over 1 MB are cut in searches, as documented; by id they are complete. Fixed.

  - A changed e-mail keeps email_verified as it was: EmailChangeUnverifies.

  - An e-mail or username that is taken is 400 at PATCH: ConflictOnUpdate for 409.

  - With several custom domains POST and PATCH need the header, GET and DELETE do not. Fixed.

  - The scopes of the subject itself (read:current_user and the like) are worth nothing to a client: 403. With
    update:users_app_metadata alone, only app_metadata may be sent. Rights to read are not asked for by PATCH. Fixed.

  - Users of other identity providers have what their provider sent; addresses are kept as they are sent. Their root
    attributes cannot be changed, unless Database.SyncOnCreation is set. Fixed.

User search

  - version 3 of the search engine is used when none is named: SearchEngineRequired. The parameter connection is 400. Fixed.
  - A value has to match the whole of a field. Fixed.
  - A leading wildcard needs three other characters; user_metadata and app_metadata take neither wildcards nor ranges.
    Regular expressions, ~ and ^ are errors. Fixed.
  - Clauses without an operator between them are alternatives. Fixed.
  - A page that ends beyond the 1000th user is 400, however many there are. total counts all of them. Fixed.
  - Without sort, the latest login comes first, then the latest change, as recorded. With sort, those without the field come last. Fixed.
  - Searches take as long as any request: SearchTimesOut.
  - The words of errors in q are the emulator's own, with invalid_query_string. Fixed.

Clients, grants and APIs

  - POST shows the secret to whoever may create; GET and PATCH only with read:client_keys or read:client_credentials. Fixed.
  - POST takes client_secret. Fixed.
  - Properties that have nothing to do with machine-to-machine clients are stored unchecked. Fixed.
  - client_credentials among the grant_types that are sent is refused with token_endpoint_auth_method none only, as recorded.
  - Deleting a client or an API deletes its grants. Grants are listed by ID, clients in the order of creation. Fixed.
  - The Management API can be neither changed nor deleted. Fixed.
  - oidc_logout and oidc_backchannel_logout are both shown, whichever was sent. Fixed.
  - A grant may name any scope; scope null at PATCH empties the list; system grants are 400 for PATCH and DELETE. Fixed.
  - There are no entity limits. Flows end at the documented 500. Fixed.

Flows

  - A flow without actions has no such key, also after [] or null: EmptyActions.
  - Actions come back as they were sent: ActionDefaults. executed_at is absent: ExecutedAtNull.
  - The id of an action starts with a letter or underscore, then letters, digits, underscores and hyphens: AnyActionID. It is
    unique within its flow: DuplicateActionIDs.
  - The params of the seven AUTH0 actions are checked in full: LooseActions. Those of other types may be any object, and the
    actions nested in them are not looked into; type and action have to belong together. Fixed.
  - connection_id need not name an existing connection: ChecksActionConnections.
  - hydrate and synchronous are checked and have no effect. Fixed.

# What it does not have

Organizations, connected accounts and blocks of users are empty lists; connections and the providers of e-mail, text and voice
can be read only. Forms, credentials of clients (PublicKeys are set by tests), logs, and all other endpoints are 404. Flows
are stored, never run.
*/
package emulator
