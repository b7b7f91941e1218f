package flowaction

import "github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"

// VisitNested calls visit with the name and the params of every action of the app
// AUTH0 that a decoded JSON value is or contains, in the branches of a condition for
// instance. What an action of that app has in its params, such as a user's metadata,
// is not an action.
func VisitNested(value any, visit func(name string, params map[string]any)) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			VisitNested(element, visit)
		}
	case map[string]any:
		name, _ := value[KeyAction].(string)
		params, _ := value[KeyParams].(map[string]any)
		if value[KeyType] == auth0.AppAuth0 && name != "" {
			visit(name, params)
			return
		}
		for _, member := range value {
			VisitNested(member, visit)
		}
	}
}
