package emulator

import "github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"

const (
	// maxProfile is the size in bytes up to which the search index takes whole profiles.
	maxProfile = 1 << 20
	// maxSearchable is how long a value in the metadata of a larger profile may be, in characters.
	maxSearchable = 256
)

// searchable is the user as the search index keeps it. Of a profile over 1 MB, values of metadata that are longer than
// 256 characters are neither searchable nor returned; if that is not enough, no metadata is.
func (u *User) searchable() *User {
	size := jsonSize(u.UserMetadata) + jsonSize(u.AppMetadata)
	if size <= maxProfile {
		return u
	}
	c := u.copy()
	c.UserMetadata, c.AppMetadata = shortValues(c.UserMetadata), shortValues(c.AppMetadata)
	if jsonSize(c.UserMetadata)+jsonSize(c.AppMetadata) > maxProfile {
		c.UserMetadata, c.AppMetadata = nil, nil
	}
	return c
}

// shortValues drops long texts at any depth.
func shortValues(m map[string]any) map[string]any {
	for k, v := range m {
		switch v := v.(type) {
		case string:
			if schema.Length(v) > maxSearchable {
				delete(m, k)
			}
		case map[string]any:
			shortValues(v)
		case []any:
			if jsonSize(v) > maxSearchable {
				delete(m, k)
			}
		}
	}
	return m
}

// jsonSize is about how many bytes a value takes as JSON.
func jsonSize(v any) int {
	switch v := v.(type) {
	case string:
		return len(v) + 2
	case map[string]any:
		n := 2
		for k, e := range v {
			n += len(k) + 4 + jsonSize(e)
		}
		return n
	case []any:
		n := 2
		for _, e := range v {
			n += 1 + jsonSize(e)
		}
		return n
	default:
		return 8
	}
}
