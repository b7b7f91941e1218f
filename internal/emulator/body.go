package emulator

import (
	"errors"
	"net/http"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// query reads the query string of a request.
func (c *call) query(s *schema.Schema) (map[string]any, *apiError) {
	in, bad := s.Query(c.Query)
	if bad != nil {
		return nil, invalidQuery(bad)
	}
	return in, nil
}

// body reads the body of a request, and checks it.
func (c *call) body(s *schema.Schema) (map[string]any, *apiError) {
	in, bad := c.parse(s)
	if bad != nil {
		return nil, bad
	}
	if wrong := s.Check("", in); wrong != nil {
		return nil, invalidBody(wrong.InOrder(c.RequestBody))
	}
	return in, nil
}

// parse reads the body of a request without a check.
func (c *call) parse(s *schema.Schema) (map[string]any, *apiError) {
	in, err := s.Parse(c.Header.Get("Content-Type"), c.RequestBody)
	wrong := (*schema.Violation)(nil)
	switch {
	case err == nil:
		return in, nil
	case errors.As(err, &wrong):
		return nil, invalidBody(wrong)
	case errors.Is(err, schema.ErrMediaType):
		return nil, &apiError{status: http.StatusUnsupportedMediaType, message: "Unsupported Media Type"}
	case errors.Is(err, schema.ErrJSON):
		return nil, badRequest("", "Invalid request payload JSON format")
	default:
		return nil, badRequest("", "Invalid request payload format")
	}
}

func invalidBody(v *schema.Violation) *apiError {
	return badRequest("invalid_body", v.Message("Payload"))
}

func invalidQuery(v *schema.Violation) *apiError {
	return badRequest("invalid_query_string", v.Message("Query"))
}
