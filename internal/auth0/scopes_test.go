package auth0

import (
	"slices"
	"testing"
)

func TestScopesFromActions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ actions, scopes, unknown []string }{
		{nil, nil, nil},
		{[]string{"GET_USER"}, []string{"read:users"}, nil},
		{[]string{"UPDATE_USER", "GET_USER", "CREATE_USER"}, []string{"create:users", "read:users", "update:users"}, nil},
		{[]string{"GET_USER", "GET_USER"}, []string{"read:users"}, nil},
		{[]string{"SEND_EMAIL", "GET_USER", "get_user"}, []string{"read:users"}, []string{"SEND_EMAIL", "get_user"}},
	} {
		scopes, unknown := ScopesFromActions(test.actions...)
		if !slices.Equal(scopes, test.scopes) || !slices.Equal(unknown, test.unknown) {
			t.Errorf("%v: got %v and %v, expected %v and %v", test.actions, scopes, unknown, test.scopes, test.unknown)
		}
	}
	if scopes, unknown := ScopesFromActions(Actions()...); len(scopes) != len(Actions()) || len(unknown) != 0 {
		t.Errorf("of the known actions: %v and %v", scopes, unknown)
	}
}

func TestCompareScopes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ granted, needed, missing, excess []string }{
		{nil, nil, nil, nil},
		{[]string{"a"}, []string{"a"}, nil, nil},
		{[]string{"b", "a", "b"}, []string{"c", "a", "c"}, []string{"c"}, []string{"b"}},
		{nil, []string{"b", "a"}, []string{"a", "b"}, nil},
		{[]string{"b", "a"}, nil, nil, []string{"a", "b"}},
	} {
		granted, needed := slices.Clone(test.granted), slices.Clone(test.needed)
		missing, excess := CompareScopes(granted, needed)
		if !slices.Equal(missing, test.missing) || !slices.Equal(excess, test.excess) {
			t.Errorf("%v against %v: got %v and %v, expected %v and %v", test.granted, test.needed, missing, excess, test.missing, test.excess)
		}
		if !slices.Equal(granted, test.granted) || !slices.Equal(needed, test.needed) {
			t.Errorf("the arguments were changed: %v, %v", granted, needed)
		}
	}
}
