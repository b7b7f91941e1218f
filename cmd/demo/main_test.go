package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// asDemo makes the test binary be the demo.
const asDemo = "DEMO_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asDemo) != "" {
		main()
	}

	os.Exit(m.Run())
}

// maxLines bounds what a reader has to read.
const maxLines = 300

func TestDemo(t *testing.T) {
	t.Parallel()
	d := start(t)
	code := d.wait()
	if code != 0 {
		t.Fatalf("exit status %d, want 0\n%s", code, d.text())
	}

	if lines := strings.Count(d.text(), "\n"); lines >= maxLines {
		t.Errorf("%d lines, want fewer than %d", lines, maxLines)
	}
	// What a reader sees, in this order.
	text := d.text()
	for _, line := range []string{
		"$ terraform init", "Terraform has been successfully initialized!",
		"$ terraform plan", "# auth0vault_application.forms will be created", "# auth0vault_connection.forms will be created",
		"# auth0vault_flow.profile will be created", "# auth0vault_user.ada will be created", "Plan: 4 to add, 0 to change, 0 to destroy.",
		"$ terraform apply", "Apply complete!", "The tenant now holds:",
		"application       Forms vault: create:users, read:users, update:users", "vault connection  forms: uses Forms vault",
		`user              ada@example.com: user_metadata {"plan":"gold"}`, "flow              Update profile: 2 actions",
		"Terraform    POST  /api/v2/clients", "Terraform    POST  /api/v2/flows/vault/connections", "Forms vault  POST  /api/v2/users",
		"$ terraform plan", "No changes. Your infrastructure matches the configuration.",
		"$ terraform apply", "refused", "Nothing was written",
		"$ terraform apply", `~ plan = "gold" -> "platinum"`, "Plan: 0 to add, 3 to change, 0 to destroy.",
		`{"newsletter":true,"plan":"platinum"}`, "Forms vault  PATCH /api/v2/users/auth0|",
		"$ terraform apply", "Plan: 0 to add, 1 to change, 0 to destroy.",
		"Warning: A vault connection was changed outside of Terraform", "Apply complete!",
		"$ terraform plan", "No changes.",
		"$ terraform destroy", "Plan: 0 to add, 0 to change, 4 to destroy.", "Destroy complete!",
		`{"newsletter":true,"plan":"platinum"}, blocked`,
		"Done in",
	} {
		_, rest, found := strings.Cut(text, line)
		if !found {
			t.Fatalf("%q is missing, or comes too early, in:\n%s", line, d.text())
		}
		text = rest
	}
	if strings.Contains(d.text(), "\x1b[") {
		t.Errorf("control characters in output that is not a terminal's:\n%s", d.text())
	}
	if found := strings.Count(d.text(), "Warning: "); found != 1 {
		t.Errorf("%d warnings, want that of the change in the dashboard:\n%s", found, d.text())
	}
	d.checkClean()
}

func TestDemo_interrupted(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a program cannot be interrupted from another one")
	}

	for name, at := range map[string]string{
		"while it builds":       "Building the provider",
		"while Terraform plans": "$ terraform plan",
		"amid an apply":         "auth0vault_connection.forms: Creating...",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := start(t)
			d.waitFor(at)
			if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			if code := d.wait(); code != statusInterrupted {
				t.Errorf("exit status %d, want %d\n%s", code, statusInterrupted, d.text())
			}
			if !strings.Contains(d.text(), "demo: interrupted.") || strings.Contains(d.text(), "Done in") {
				t.Errorf("does not end as interrupted:\n%s", d.text())
			}
			d.checkClean()
		})
	}
}

// The interruption reaches Terraform, once, and Terraform is given time to stop.
func TestDemo_interruptionPassedOn(t *testing.T) {
	t.Parallel()
	d := start(t, standIn(t,
		`trap 'echo "it was told to end"; sleep 1; echo "it ends"; exit 1' INT; echo "it runs"; while :; do sleep 0.1; done`))
	d.waitFor("it runs")
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := d.wait(); code != statusInterrupted {
		t.Errorf("exit status %d, want %d", code, statusInterrupted)
	}
	if text := d.text(); strings.Count(text, "it was told to end") != 1 || !strings.Contains(text, "it ends") {
		t.Errorf("Terraform was not asked once to end, and waited for:\n%s", text)
	}
	d.checkClean()
}

// A step that fails ends the demo, which then says which step it was.
func TestDemo_stepFails(t *testing.T) {
	t.Parallel()
	d := start(t, standIn(t, `echo "no space left" >&2; exit 3`))
	if code := d.wait(); code != statusFailed {
		t.Errorf("exit status %d, want %d", code, statusFailed)
	}
	if text := d.text(); !strings.Contains(text, "no space left") ||
		!strings.Contains(text, `demo: "terraform plan -out=demo.tfplan" failed (exit status 3)`) {
		t.Errorf("does not say what failed:\n%s", text)
	}
	d.checkClean()
}

// standIn writes a Terraform that is new enough, locks providers and initializes, and runs a script for every other command.
// It returns the PATH on which that is the first.
func standIn(t *testing.T, script string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for Terraform is a shell script")
	}

	dir := t.TempDir()
	script = "#!/bin/sh\ncase $1 in\nversion) echo '{\"terraform_version\": \"1.11.0\"}' ;;\nproviders | init) ;;\n*) " +
		script + " ;;\nesac\n"
	if err := os.WriteFile(filepath.Join(dir, "terraform"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return "PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH")
}

// running is a demo in a process of its own, whose temporary folders are in a folder of its own.
type running struct {
	t    *testing.T
	cmd  *exec.Cmd
	temp string

	mu      sync.Mutex
	changed *sync.Cond // with mu
	printed strings.Builder
	ended   bool
}

// start runs the demo with nothing but what is on this machine.
func start(t *testing.T, env ...string) *running {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the provider and runs Terraform")
	}
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("Terraform is not on PATH; make test brings it along")
	}

	d := &running{t: t, temp: t.TempDir()}
	d.changed = sync.NewCond(&d.mu)
	d.cmd = exec.CommandContext(t.Context(), os.Args[0])
	d.cmd.Env = append(os.Environ(), asDemo+"=1", "TMPDIR="+d.temp, "TMP="+d.temp,
		// None of these may matter: the network, and what the user's own Terraform and Auth0 are set up for.
		"GOPROXY=off", "HTTPS_PROXY=http://127.0.0.1:1", "NO_PROXY=*",
		"AUTH0_DOMAIN=nobody.example.com", "AUTH0_API_TOKEN=none", "TF_CLI_ARGS=-nonsense")
	d.cmd.Env = append(d.cmd.Env, env...)

	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.cmd.Stderr = d.cmd.Stdout
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go d.listen(out)
	return d
}

// listen keeps what the demo prints.
func (d *running) listen(out io.Reader) {
	for reader := bufio.NewReader(out); ; {
		line, err := reader.ReadString('\n')
		d.mu.Lock()
		d.printed.WriteString(line)
		d.ended = err != nil
		d.changed.Broadcast()
		d.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// waitFor returns as soon as the demo has printed a text.
func (d *running) waitFor(text string) {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	for !strings.Contains(d.printed.String(), text) {
		if d.ended {
			d.t.Fatalf("ended without %q:\n%s", text, d.printed.String())
		}
		d.changed.Wait()
	}
}

// wait returns the exit status.
func (d *running) wait() int {
	d.t.Helper()
	d.mu.Lock()
	for !d.ended {
		d.changed.Wait()
	}
	d.mu.Unlock()
	if err := d.cmd.Wait(); err != nil && d.cmd.ProcessState == nil {
		d.t.Fatal(err)
	}
	return d.cmd.ProcessState.ExitCode()
}

func (d *running) text() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.printed.String()
}

// checkClean fails the test if the demo has left anything in the folder for temporary files.
func (d *running) checkClean() {
	d.t.Helper()
	left, err := os.ReadDir(d.temp)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, entry := range left {
		d.t.Errorf("left %s behind", entry.Name())
	}
}
