package digest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestDigest(t *testing.T) {
	t.Parallel()
	values := []string{"", "a", "A ", strings.Repeat("🔑", 1000)}
	for i, value := range values {
		d := New(value)
		for j, other := range values {
			if d.Matches(other) != (i == j) {
				t.Errorf("the digest of %.10q and %.10q: %v", value, other, i != j)
			}
		}
	}
}

// Private state is JSON.
func TestDigest_json(t *testing.T) {
	t.Parallel()
	written, err := json.Marshal(New("secret"))
	if err != nil {
		t.Fatal(err)
	}
	var d Digest
	if err := json.Unmarshal(written, &d); err != nil {
		t.Fatal(err)
	}
	if !d.Matches("secret") || d.Matches("Secret") {
		t.Errorf("%s does not match after a round trip", written)
	}
	if strings.Contains(string(written), "secret") {
		t.Errorf("the digest contains the value: %s", written)
	}
}

func TestDigest_cost(t *testing.T) {
	t.Parallel()
	a, b := New("secret"), New("secret")
	if bytes.Equal(a.Salt, b.Salt) || bytes.Equal(a.Hash, b.Hash) {
		t.Error("two digests of a value are equal")
	}
	// OWASP's minimum for this amount of memory.
	if len(a.Salt) < 16 || len(a.Hash) < 32 || a.Memory < 7*1024 || a.Time < 5 {
		t.Errorf("too weak: %d bytes of salt, %d of hash, %d KiB, %d passes", len(a.Salt), len(a.Hash), a.Memory, a.Time)
	}
}

// The provider at commit bb92271 wrote digests like this one.
func TestDigest_earlierVersions(t *testing.T) {
	t.Parallel()
	var d Digest
	const written = `{"salt":"MDEyMzQ1Njc4OWFiY2RlZg==","iterations":10000,"hash":"6umsHhz0yhb+YIJ/FUgCrsOB+tK+gGdB+tvI2KPIHns="}`
	if err := json.Unmarshal([]byte(written), &d); err != nil {
		t.Fatal(err)
	}
	if !d.Matches("secret") || d.Matches("Secret") {
		t.Error("a PBKDF2 digest does not match its value")
	}
}

func TestDigest_invalid(t *testing.T) {
	t.Parallel()
	valid := New("")
	for name, change := range map[string]func(*Digest){
		"zero":            func(d *Digest) { *d = Digest{} },
		"no hash":         func(d *Digest) { d.Hash = nil },
		"part of a hash":  func(d *Digest) { d.Hash = d.Hash[:8] },
		"another salt":    func(d *Digest) { d.Salt = []byte("0123456789abcdef") },
		"no cost":         func(d *Digest) { d.Memory, d.Time = 0, 0 },
		"no passes":       func(d *Digest) { d.Time = 0 },
		"other memory":    func(d *Digest) { d.Memory++ },
		"too much memory": func(d *Digest) { d.Memory = 1 << 30 },
		"too many passes": func(d *Digest) { d.Time = 1 << 30 },
		"negative cost":   func(d *Digest) { d.Memory, d.Time, d.Iterations = 0, 0, -1 },
	} {
		d := valid
		if change(&d); d.Matches("") {
			t.Errorf("%s: matches", name)
		}
	}
}

func BenchmarkDigest(b *testing.B) {
	d := New("secret")
	b.ReportAllocs()
	for b.Loop() {
		d.Matches("secret")
	}
}
