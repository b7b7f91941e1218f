package acctest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// NotInFolder fails if a file below a folder holds one of the secrets: the state
// as it is on disk, with private state, and its backup. Configurations and
// variables are left out: that is where the test wrote them down.
func NotInFolder(folder string, secrets ...string) error {
	looked := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.Contains(entry.Name(), "tfstate") {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		looked++
		return NotIn(entry.Name(), content, secrets...)
	})
	if err == nil && looked == 0 {
		return fmt.Errorf("no state below %s", folder)
	}
	return err
}

// NotIn fails if a content holds one of the secrets, as it is or in Base64,
// which Terraform puts around private state and JSON around bytes.
func NotIn(what string, content []byte, secrets ...string) error {
	for _, secret := range secrets {
		if at := bytes.Index(content, []byte(secret)); at >= 0 {
			return fmt.Errorf("%s holds the secret %q: …%s…", what, secret, content[max(0, at-200):min(len(content), at+len(secret)+50)])
		}
	}
	for _, text := range base64Text.FindAll(content, -1) {
		decoded := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
		if n, err := base64.StdEncoding.Decode(decoded, text); err == nil {
			if err := NotIn(what+", in Base64", decoded[:n], secrets...); err != nil {
				return err
			}
		}
	}
	return nil
}

var base64Text = regexp.MustCompile(`[A-Za-z0-9+/]{16,}={0,2}`)

// Log takes what loggers write, also several at the same time.
type Log struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.Write(p)
}

// String returns what was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.String()
}
