package connection_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// notInFolder fails if a file below a folder holds one of the secrets: the state
// as it is on disk, with private state, and its backup. Configurations and
// variables are left out: that is where the test wrote them down.
func notInFolder(folder string, secrets ...string) error {
	looked := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !bytes.Contains([]byte(entry.Name()), []byte("tfstate")) {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		looked++
		for _, secret := range secrets {
			if bytes.Contains(content, []byte(secret)) {
				return fmt.Errorf("%s holds the secret %q", entry.Name(), secret)
			}
		}
		return nil
	})
	if err == nil && looked == 0 {
		return fmt.Errorf("there is no state below %s", folder)
	}
	return err
}
