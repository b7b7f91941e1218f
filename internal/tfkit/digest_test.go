package tfkit

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func newDigest(t *testing.T, value string) Digest {
	t.Helper()
	d, err := NewDigest(value)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDigest(t *testing.T) {
	t.Parallel()
	values := []string{"", "a", "A", "a ", "secret", "🔑", strings.Repeat("long", 1000), strings.Repeat("long", 1000) + "!"}
	for i, value := range values {
		d := newDigest(t, value)
		for j, other := range values {
			if d.Matches(other) != (i == j) {
				t.Errorf("the digest of %.10q and %.10q: %v", value, other, i != j)
			}
		}
	}
}

// TestDigestIsKept: it goes through private state, which is JSON.
func TestDigestIsKept(t *testing.T) {
	t.Parallel()
	kept, err := json.Marshal(newDigest(t, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	var d Digest
	if err := json.Unmarshal(kept, &d); err != nil {
		t.Fatal(err)
	}
	if !d.Matches("secret") || d.Matches("Secret") {
		t.Errorf("what was kept as %s is no digest any more", kept)
	}
	if strings.Contains(string(kept), "secret") {
		t.Errorf("the digest holds the value: %s", kept)
	}
}

// TestDigestIsSalted: equal values do not look equal.
func TestDigestIsSalted(t *testing.T) {
	t.Parallel()
	a, b := newDigest(t, "secret"), newDigest(t, "secret")
	if bytes.Equal(a.Salt, b.Salt) || bytes.Equal(a.Hash, b.Hash) {
		t.Error("two digests of a value are alike")
	}
	if len(a.Salt) < 16 || len(a.Hash) < 32 || a.Iterations < 1000 {
		t.Errorf("too weak: %d bytes of salt, %d of hash, %d iterations", len(a.Salt), len(a.Hash), a.Iterations)
	}
}

// TestDigestOfNothing: what is no digest matches nothing, whatever it is made of.
func TestDigestOfNothing(t *testing.T) {
	t.Parallel()
	right := newDigest(t, "")
	for name, d := range map[string]Digest{
		"zero":                {},
		"no hash":             {Salt: right.Salt, Iterations: right.Iterations},
		"no iterations":       {Salt: right.Salt, Hash: right.Hash},
		"negative iterations": {Salt: right.Salt, Iterations: -1, Hash: right.Hash},
		"a part of the hash":  {Salt: right.Salt, Iterations: right.Iterations, Hash: right.Hash[:8]},
		"another salt":        {Salt: []byte("0123456789abcdef"), Iterations: right.Iterations, Hash: right.Hash},
		"other iterations":    {Salt: right.Salt, Iterations: right.Iterations + 1, Hash: right.Hash},
	} {
		if d.Matches("") {
			t.Errorf("%s: matches", name)
		}
	}
	// An older digest, of fewer iterations, still counts.
	old := Digest{Salt: right.Salt, Iterations: 10}
	old.Hash, _ = old.hash("secret")
	if !old.Matches("secret") {
		t.Error("a digest of fewer iterations does not match")
	}
}
