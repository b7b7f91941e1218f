package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator"
)

// story is told in chapters, to the terminal.
type story struct {
	out      *os.File
	terminal bool // which can show bold letters
	dir      string

	emulator *emulator.Emulator
	tenant   *cast
	workshop *workshop
	chapters int
}

// prepare builds the provider and starts the tenant.
func (s *story) prepare(ctx context.Context) (err error) {
	s.say("A vault connection of Auth0, and a user who is managed through it",
		"No account is needed, and nothing leaves this machine. Ctrl-C ends it at any time.",
		"",
		"Building the provider; the first time this takes a minute or two.")

	if s.workshop, err = newWorkshop(ctx, s.dir); err != nil {
		return err
	}
	// The tenant stays until the very end: a Terraform that was interrupted may still have something to ask it.
	if s.emulator, err = emulator.Start(emulator.Options{}); err != nil { //nolint:contextcheck // as said
		return err
	}

	s.tenant = newCast(s.emulator)
	env, err := s.tenant.environment(s.emulator, s.dir)
	if err != nil {
		return errors.Join(err, s.emulator.Close())
	}
	s.workshop.env = append(s.workshop.env, env...)
	if !s.terminal {
		s.workshop.env = append(s.workshop.env, "TF_CLI_ARGS=-no-color")
	}

	return nil
}

// tell is the story itself.
func (s *story) tell(ctx context.Context) error {
	for _, chapter := range []func(context.Context) error{
		s.introduce, s.initialize, s.plan, s.apply, s.planAgain, s.change, s.destroy,
	} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}

	return nil
}

func (s *story) introduce(context.Context) error {
	s.chapter("The tenant",
		"The tenant "+domain+" runs in this process, behind an HTTPS proxy. The",
		"provider is given HTTPS_PROXY and AUTH0_CA_CERT_FILE, and does not know that it",
		"is not Auth0. The provider's own client there, "+s.tenant.own.Name+", may manage applications,",
		"the vault and flows. It has no scope for users.")

	return nil
}

func (s *story) initialize(ctx context.Context) error {
	s.chapter("The configuration",
		"It is examples/demo of this repository: an application with the scopes for users,",
		"a vault connection that works as that application, a user, Ada, who is managed",
		"through the connection, and a flow that uses it.")

	return s.terraform(ctx, "init")
}

func (s *story) plan(ctx context.Context) error {
	s.chapter("The plan", "What cannot be right is refused here, before Auth0 is asked for anything.")

	return s.terraform(ctx, "plan", "-out=demo.tfplan")
}

func (s *story) apply(ctx context.Context) error {
	s.chapter("The apply",
		"Before the connection is written to the vault, its credentials are tried: a wrong",
		"secret or a missing scope would end it here, with nothing written.")
	s.tenant.ForgetRequests()

	if err := s.terraform(ctx, "apply", "demo.tfplan"); err != nil {
		return err
	}

	s.account()

	if !s.tenant.throughConnection() {
		return errors.New("the user was not made by the vault connection's client alone, as it should have been")
	}
	s.say("", "Ada was made by Forms vault, the vault connection's client. Terraform could not have.")

	return nil
}

func (s *story) planAgain(ctx context.Context) error {
	for _, user := range s.tenant.Users() {
		s.tenant.EditUser(user.ID, func(u *emulator.User) { u.UserMetadata["newsletter"] = true })
	}
	s.chapter("The plan again",
		"Meanwhile a flow of the tenant has written newsletter = true into Ada's",
		"user_metadata. The configuration owns the key plan alone, so that is no drift.")

	err := s.terraform(ctx, "plan", "-detailed-exitcode")
	if exitStatus(err) == 2 {
		return errors.New("the plan has changes, where there should be none")
	}

	return err
}

// changed are the arguments from the change on.
var changed = []string{"-var=plan=platinum", "-var=year=2027"}

func (s *story) change(ctx context.Context) error {
	s.chapter("A change",
		"Ada pays for more; what the flow has written stays. And a new year begins: the",
		"application gets a new secret, and the connection and Ada get it with the same",
		"apply. The secret is shown nowhere.")
	s.tenant.ForgetRequests()

	if err := s.terraform(ctx, append([]string{"apply", "-auto-approve"}, changed...)...); err != nil {
		return err
	}

	s.account()

	return nil
}

func (s *story) destroy(ctx context.Context) error {
	s.chapter("The end",
		"Forms vault may not delete users. Ada has on_destroy = \"block\", which takes no",
		"more than the scope update:users.")

	if err := s.terraform(ctx, append([]string{"destroy", "-auto-approve"}, changed...)...); err != nil {
		return err
	}

	s.say("", "The tenant now holds:", "")
	s.list(s.tenant.holds())

	return nil
}

// account says what the tenant holds, and whose token authorized each request.
func (s *story) account() {
	s.say("", "The tenant now holds:", "")
	s.list(s.tenant.holds())
	s.say("", "And this is who asked it for what:", "")
	s.list(s.tenant.log())
}

// terraform shows a command as a user would type it, and runs it. Its output goes to the terminal untouched.
func (s *story) terraform(ctx context.Context, args ...string) error {
	line := "terraform " + strings.Join(args, " ")
	s.say("", s.bold("$ "+line))

	cmd := s.workshop.command(ctx, args...)
	cmd.Stdout, cmd.Stderr = s.out, os.Stderr

	if err := wait(ctx, cmd); err != nil {
		return fmt.Errorf("%q failed (%w); what Terraform says about it is above", line, err)
	}

	return nil
}

// chapter begins the next part with a heading and an explanation.
func (s *story) chapter(heading string, explanation ...string) {
	s.chapters++
	s.say("", s.bold(fmt.Sprintf("── %d. %s %s", s.chapters, heading, strings.Repeat("─", max(0, 72-len(heading))))), "")
	s.say(explanation...)
}

// say prints lines.
func (s *story) say(lines ...string) {
	for _, line := range lines {
		fmt.Fprintln(s.out, line)
	}
}

// list prints lines as a list.
func (s *story) list(lines []string) {
	for _, line := range lines {
		s.say("    " + line)
	}
}

func (s *story) bold(text string) string {
	if !s.terminal {
		return text
	}

	return "\x1b[1m" + text + "\x1b[0m"
}
