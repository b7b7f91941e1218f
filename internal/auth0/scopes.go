package auth0

import (
	"slices"
	"strings"
)

// The flow actions that are authorized by a vault connection of the app AUTH0,
// each with the one scope that it needs.
// Source: https://auth0.com/docs/customize/forms/vaults/auth0
const (
	ActionGetUser    = "GET_USER"
	ActionCreateUser = "CREATE_USER"
	ActionUpdateUser = "UPDATE_USER"
)

// The scopes of the Management API that managing users asks for.
const (
	ScopeReadUsers   = "read:users"
	ScopeCreateUsers = "create:users"
	ScopeUpdateUsers = "update:users"
	ScopeDeleteUsers = "delete:users"
)

var scopeOfAction = map[string]string{
	ActionGetUser:    ScopeReadUsers,
	ActionCreateUser: ScopeCreateUsers,
	ActionUpdateUser: ScopeUpdateUsers,
}

// Actions returns the names of the actions that ScopesFromActions knows, in the
// order of Auth0's documentation.
func Actions() []string {
	return []string{ActionGetUser, ActionCreateUser, ActionUpdateUser}
}

// ScopesFromActions returns the scopes that the given actions need, sorted and
// without repetition, and the names it does not know.
func ScopesFromActions(actions ...string) (scopes, unknown []string) {
	for _, action := range actions {
		if scope, ok := scopeOfAction[action]; ok {
			scopes = append(scopes, scope)
		} else {
			unknown = append(unknown, action)
		}
	}
	return sortedSet(scopes), unknown
}

// CompareScopes returns which of the needed scopes are not granted, and which of
// the granted ones are not needed; both sorted.
func CompareScopes(granted, needed []string) (missing, excess []string) {
	for _, scope := range sortedSet(needed) {
		if !slices.Contains(granted, scope) {
			missing = append(missing, scope)
		}
	}
	for _, scope := range sortedSet(granted) {
		if !slices.Contains(needed, scope) {
			excess = append(excess, scope)
		}
	}
	return missing, excess
}

func sortedSet(in []string) []string {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}

func splitScopes(scope string) []string {
	return sortedSet(strings.Fields(scope))
}
