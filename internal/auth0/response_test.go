package auth0

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
)

const (
	jsonType = "application/json; charset=utf-8"
	auth0404 = `{"statusCode":404,"error":"Not Found","message":"It does not exist."}`
)

// TestResponses: a success is believed only if it answers the question that was asked.
func TestResponses(t *testing.T) {
	t.Parallel()
	for _, o := range apiOperations {
		good, deletion := 200, o.isDelete()
		if deletion {
			good = 204
		}
		for name, test := range map[string]struct {
			status            int
			body, contentType string
			believed          bool
		}{
			"as Auth0 does":         {good, o.own, jsonType, true},
			"without content type":  {good, o.own, "", true},
			"another JSON type":     {good, o.own, "application/problem+json", true},
			"text":                  {good, o.own, "text/plain; charset=utf-8", deletion},
			"HTML":                  {200, "<html>Welcome</html>", "text/html", false},
			"HTML declared as JSON": {200, "<html>Welcome</html>", jsonType, false},
			"empty":                 {200, "", jsonType, false},
			"empty object":          {200, "{}", jsonType, false},
			"null":                  {200, "null", jsonType, false},
			"cut off":               {200, `{"id":"ac_`, jsonType, false},
			"empty ID":              {200, `{"id":"","user_id":"","client_id":""}`, jsonType, false},
			"number as ID":          {200, `{"id":1,"user_id":1,"client_id":1}`, jsonType, false},
			"another object":        {200, o.other, jsonType, false},
			"accepted":              {202, "{}", jsonType, false},
			"huge":                  {200, o.own + strings.Repeat(" ", maxObjectBody), jsonType, !deletion && o.isList()},
		} {
			t.Run(o.name+", "+name, func(t *testing.T) {
				t.Parallel()
				var err error
				synctest.Test(t, func(t *testing.T) { // a create looks for what it may have made
					err = o.run(t.Context(), o.respond(t, test.status, test.body, test.contentType))
				})
				if test.believed {
					if err != nil {
						t.Error(err)
					}
					return
				}
				var unexpected *UnexpectedResponseError
				var unknown *UnknownOutcomeError
				if !errors.As(err, &unexpected) && !errors.As(err, &unknown) || IsNotFound(err) {
					t.Fatalf("got %v, expected an *UnexpectedResponseError", err)
				}
				if !strings.Contains(err.Error(), fmt.Sprintf("status %d", test.status)) || strings.Contains(err.Error(), "o answer from") {
					t.Errorf("%q does not say what was received", err)
				}
			})
		}
	}
}

// TestGone: only Auth0's own 404 of an object's own path says that it does not exist.
func TestGone(t *testing.T) {
	t.Parallel()
	for _, o := range apiOperations {
		single := o.other != "" || o.isDelete()
		for name, test := range map[string]struct {
			status            int
			body, contentType string
			gone              bool
		}{
			"Auth0's": {404, auth0404, jsonType, single},
			"with code": {404, `{"statusCode":404,"error":"Not Found","message":"No user.","errorCode":"inexistent_user"}`, jsonType,
				single},
			"HTML":                  {404, "<html>404</html>", "text/html", false},
			"HTML, empty":           {404, "", "text/html", false},
			"JSON declared as HTML": {404, auth0404, "text/html", false},
			"JSON, not declared":    {404, auth0404, "", false},
			"empty":                 {404, "", jsonType, false},
			"another JSON":          {404, `{"message":"no Route matched with those values"}`, jsonType, false},
			"another status":        {404, `{"statusCode":500,"error":"x","message":"y"}`, jsonType, false},
			"410":                   {410, `{"statusCode":410,"error":"Gone","message":"y"}`, jsonType, false},
			"huge":                  {404, auth0404 + strings.Repeat(" ", maxErrorBody), jsonType, false},
		} {
			t.Run(o.name+", "+name, func(t *testing.T) {
				t.Parallel()
				err := o.run(t.Context(), o.respond(t, test.status, test.body, test.contentType))
				if deleted := o.isDelete() && test.gone; deleted != (err == nil) {
					t.Fatalf("got %v", err)
				}
				if err != nil && IsNotFound(err) != test.gone {
					t.Errorf("taken for gone: %v (%v)", IsNotFound(err), err)
				}
			})
		}
	}
}

// TestIDsInPaths: an ID that would address a collection, or another object, is refused unsent.
func TestIDsInPaths(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", ".", ".."} {
		fake := &fakeTenant{}
		client := fakeClient(t, fake)
		for name, run := range map[string]func() error{
			"GetUser": func() error { return errorOf(client.GetUser(t.Context(), id)) },
			"UpdateUser": func() error {
				return errorOf(client.UpdateUser(t.Context(), id, UserAttributes{Profile: Profile{Name: ptr("n")}}))
			},
			"DeleteUser":            func() error { return client.DeleteUser(t.Context(), id) },
			"DeleteVaultConnection": func() error { return client.DeleteVaultConnection(t.Context(), id) },
			"DeleteFlow":            func() error { return client.DeleteFlow(t.Context(), id) },
			"DeleteGrant":           func() error { return client.DeleteGrant(t.Context(), id) },
			"DeleteApplication":     func() error { return client.DeleteApplication(t.Context(), id) },
			"RotateSecret":          func() error { return errorOf(client.RotateSecret(t.Context(), id)) },
		} {
			if err := run(); err == nil || !strings.Contains(err.Error(), "is not an ID") {
				t.Errorf("%s of %q: %v", name, id, err)
			}
		}
		if tokens, calls := fake.counts(); tokens+calls != 0 {
			t.Errorf("%d requests were sent for %q", tokens+calls, id)
		}
	}
}

// TestTolerance: an attribute of another type counts as absent, in every object.
func TestTolerance(t *testing.T) {
	t.Parallel()
	odd := `"name":["n"],"created_at":7,"ready":"yes","grant_types":"x","is_system":"no","scope":"a b","actions":{},"email_verified":"true"`
	for _, o := range apiOperations {
		if o.other == "" {
			continue
		}
		body := strings.TrimSuffix(o.own, "}") + "," + odd + "}"
		if err := o.run(t.Context(), o.respond(t, 200, body, jsonType)); err != nil {
			t.Errorf("%s: %v", o.name, err)
		}
	}
}

// TestUnexpectedResponseHoldsNoSecret: of JSON nothing is quoted, and of a page no secret.
func TestUnexpectedResponseHoldsNoSecret(t *testing.T) {
	t.Parallel()
	o := operationsNamed("RotateSecret")[0]
	err := o.run(t.Context(), o.respond(t, 200, `{"client_secret":"only Auth0 knows it"}`, jsonType))
	if err == nil || strings.Contains(err.Error(), "only Auth0") {
		t.Errorf("got %v", err)
	}
	err = o.run(t.Context(), o.respond(t, 200, "<b>\x1b[31mBearer token-1 a secret</b>", "text/html"))
	if err == nil || strings.Contains(err.Error(), "token-1") || strings.Contains(err.Error(), "a secret") ||
		strings.Contains(err.Error(), "\x1b") ||
		!strings.Contains(err.Error(), `\x1b[31mBearer (redacted)`) {
		t.Errorf("got %v", err)
	}
}
