package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/cli"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// demo prints chapters to a terminal or a file.
type demo struct {
	out      *os.File
	terminal bool // out can show bold letters
	dir      string

	emulator  *emulator.Emulator
	tenant    *tenant
	workspace *workspace
	chapters  int
	// arguments are those of every plan and apply from the rotation on.
	arguments []string
}

// prepare builds the provider and starts the tenant.
func (d *demo) prepare(ctx context.Context) (err error) {
	d.say("An Auth0 vault connection, and a user who is managed through it",
		"No account is needed, and nothing leaves this machine. Press Ctrl-C to stop.",
		"",
		"Building the provider. The first time, this takes a minute or two.")

	if d.workspace, err = newWorkspace(ctx, d.dir); err != nil {
		return err
	}
	// The tenant runs until the very end: an interrupted Terraform may still send requests.
	if d.emulator, err = emulator.Start(emulator.Options{}); err != nil { //nolint:contextcheck // see above
		return err
	}
	d.tenant = newTenant(d.emulator)
	env, err := d.tenant.environment(d.emulator, d.dir)
	if err != nil {
		return errors.Join(err, d.emulator.Close())
	}
	d.workspace.Env = append(d.workspace.Env, env...)
	if !d.terminal {
		d.workspace.Env = append(d.workspace.Env, "TF_CLI_ARGS=-no-color")
	}
	return nil
}

func (d *demo) showTenant(context.Context) error {
	d.chapter("The tenant",
		"The tenant "+domain+" runs in this process, behind an HTTPS proxy. The",
		"provider gets HTTPS_PROXY and AUTH0_CA_CERT_FILE; it does not know that this is",
		"not Auth0. Its own client, "+d.tenant.own.Name+", may manage applications, the vault",
		"and flows. It has no scope for users.")
	return nil
}

func (d *demo) initialize(ctx context.Context) error {
	d.chapter("The configuration",
		"It is examples/demo in this repository: an application with the scopes for users,",
		"a vault connection that uses it, a user, Ada, who is managed through the vault",
		"connection, and a flow whose actions use it.")
	return d.terraformShort(ctx, []string{"Terraform has been successfully initialized!"}, "init")
}

func (d *demo) plan(ctx context.Context) error {
	d.chapter("The plan", "What can be validated without Auth0 is validated here.")
	return d.terraform(ctx, "plan", "-out=demo.tfplan")
}

// tryWrongSecret applies a wrong client secret, which the provider refuses.
func (d *demo) tryWrongSecret(ctx context.Context) error {
	d.chapter("A wrong secret",
		"The client secret is wrong. The provider exchanges the credentials for a token",
		"before it writes to the vault. It retries for ten seconds, because Auth0 may not",
		"know a new secret at once. The error comes from Terraform, and not from a form.")
	d.tenant.ForgetRequests()
	err := d.terraformShort(ctx, nil, "apply", "-auto-approve", "-var=client_secret=typo")
	if cli.ExitStatus(err) != 1 {
		return errors.Join(errors.New("the wrong secret was not refused"), err)
	}
	for _, request := range d.tenant.Requests() {
		if request.Method == http.MethodPatch {
			return fmt.Errorf("%s %s was sent in spite of the wrong secret", request.Method, request.Path)
		}
	}
	return nil
}

func (d *demo) apply(ctx context.Context) error {
	d.chapter("The apply", "The provider tries the credentials before it writes them, then creates everything.")
	d.tenant.ForgetRequests()
	if err := d.terraform(ctx, "apply", "demo.tfplan"); err != nil {
		return err
	}
	d.showRequests()
	if !d.tenant.throughConnection() {
		return errors.New("requests about users were not sent by the vault connection's client alone")
	}
	d.say("", "Forms vault, the vault connection's client, created Ada. Terraform's own client could not.")
	return nil
}

func (d *demo) planAgain(ctx context.Context) error {
	for _, user := range d.tenant.Users() {
		d.tenant.EditUser(user.ID, func(u *emulator.User) { u.UserMetadata["newsletter"] = true })
	}
	d.chapter("The plan again",
		"Meanwhile, a flow of the tenant wrote newsletter = true to Ada's user_metadata. The",
		"configuration owns only the key plan, so this is not drift.")
	return d.planWithoutChanges(ctx)
}

func (d *demo) rotate(ctx context.Context) error {
	d.arguments = []string{"-var=plan=platinum", "-var=year=2027"}
	d.chapter("A change",
		"Ada changes her plan; what the flow wrote stays. And a new year begins: the",
		"application gets a new secret, and the vault connection and Ada get it in the same",
		"apply. The secret is never shown.")
	d.tenant.ForgetRequests()
	if err := d.terraformShort(ctx, []string{"will be updated", "(sensitive value)", "plan = ", "Plan:", "Apply complete!"},
		append([]string{"apply", "-auto-approve"}, d.arguments...)...); err != nil {
		return err
	}
	d.showRequests()
	return nil
}

// repair changes the vault connection outside of Terraform, and lets Terraform find and correct it.
func (d *demo) repair(ctx context.Context) error {
	for _, connection := range d.tenant.VaultConnections() {
		d.tenant.EditVaultConnection(connection.ID, func(c *emulator.VaultConnection) { c.Setup["client_secret"] = "typed in the dashboard" })
	}
	d.chapter("A change in the dashboard",
		"Another secret is entered in the dashboard. Auth0 never shows the stored secret,",
		"but it shows that the vault connection was changed. The next apply sends the",
		"configured credentials again.")
	if err := d.terraformShort(ctx, []string{"Warning:", "changed outside of Terraform", "Plan:", "Apply complete!"},
		append([]string{"apply", "-auto-approve"}, d.arguments...)...); err != nil {
		return err
	}
	return d.planWithoutChanges(ctx)
}

func (d *demo) destroy(ctx context.Context) error {
	d.chapter("The end",
		"Forms vault may not delete users. Ada has on_destroy = \"block\", which needs only",
		"the scope update:users.")
	if err := d.terraformShort(ctx, []string{"Plan:", "Destroy complete!"},
		append([]string{"destroy", "-auto-approve"}, d.arguments...)...); err != nil {
		return err
	}
	d.say("", "The tenant now holds:", "")
	d.list(d.tenant.objects())
	return nil
}

func (d *demo) planWithoutChanges(ctx context.Context) error {
	err := d.terraformShort(ctx, []string{"No changes."}, append([]string{"plan", "-detailed-exitcode"}, d.arguments...)...)
	if cli.ExitStatus(err) == 2 {
		return errors.New("the plan has changes, where there should be none")
	}
	return err
}

// showRequests prints what the tenant holds, and which client sent which request.
func (d *demo) showRequests() {
	d.say("", "The tenant now holds:", "")
	d.list(d.tenant.objects())
	d.say("", "Who sent which request:", "")
	d.list(d.tenant.log())
}

// terraform prints a command as a user would type it, and runs it. Its output goes to the terminal unchanged.
func (d *demo) terraform(ctx context.Context, args ...string) error {
	line := d.announce(args)
	cmd := d.workspace.Command(ctx, d.workspace.config, args...)
	cmd.Stdout, cmd.Stderr = d.out, os.Stderr
	if err := cli.Run(ctx, cmd); err != nil {
		return fmt.Errorf("%q failed (%w); see its output above", line, err)
	}
	return nil
}

// terraformShort runs a command like terraform does, and prints only the lines of its output that contain one of the texts, and
// all lines of an error. If it fails, the returned error contains all of its output.
func (d *demo) terraformShort(ctx context.Context, texts []string, args ...string) error {
	line := d.announce(args)
	cmd := d.workspace.Command(ctx, d.workspace.config, args...)
	var printed strings.Builder
	cmd.Stdout, cmd.Stderr = &printed, &printed
	err := cli.Run(ctx, cmd)
	isError := false
	for text := range strings.Lines(printed.String()) {
		isError = isError || strings.Contains(text, "Error: ")
		if isError || slices.ContainsFunc(texts, func(wanted string) bool { return strings.Contains(text, wanted) }) {
			d.say(strings.TrimRight(text, "\n"))
		}
	}
	if err != nil {
		return fmt.Errorf("%q failed (%w):\n%s", line, err, printed.String())
	}
	return nil
}

func (d *demo) announce(args []string) string {
	line := "terraform " + strings.Join(args, " ")
	d.say("", d.bold("$ "+line))
	return line
}

// chapter begins the next part with a heading and an explanation.
func (d *demo) chapter(heading string, explanation ...string) {
	d.chapters++
	d.say("", d.bold(fmt.Sprintf("── %d. %s %s", d.chapters, heading, strings.Repeat("─", max(0, 72-len(heading))))), "")
	d.say(explanation...)
}

// say prints lines.
func (d *demo) say(lines ...string) {
	for _, line := range lines {
		fmt.Fprintln(d.out, line)
	}
}

// list prints indented lines.
func (d *demo) list(lines []string) {
	for _, line := range lines {
		d.say("    " + line)
	}
}

func (d *demo) bold(text string) string {
	if !d.terminal {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}
