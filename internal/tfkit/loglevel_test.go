package tfkit_test

import (
	"maps"
	"os"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// TestLogNoMoreThanShown: the loggers get the level that Terraform shows, unless the user has named them.
func TestLogNoMoreThanShown(t *testing.T) {
	for name, test := range map[string]struct {
		env           map[string]string
		sdk, provider string
	}{
		"nothing is shown":      {nil, "OFF", "OFF"},
		"for everything":        {map[string]string{"TF_LOG": "debug"}, "DEBUG", "DEBUG"},
		"for providers":         {map[string]string{"TF_LOG": "ERROR", "TF_LOG_PROVIDER": "INFO"}, "INFO", "INFO"},
		"for Terraform alone":   {map[string]string{"TF_LOG_CORE": "TRACE"}, "OFF", "OFF"},
		"as JSON":               {map[string]string{"TF_LOG": "json"}, "TRACE", "TRACE"},
		"a level there is not":  {map[string]string{"TF_LOG": "loud"}, "TRACE", "TRACE"},
		"off in words":          {map[string]string{"TF_LOG": "off"}, "OFF", "OFF"},
		"this provider's named": {map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER_AUTH0VAULT": "WARN"}, "TRACE", "WARN"},
		"the SDK's named":       {map[string]string{"TF_LOG_SDK": "ERROR"}, "ERROR", "OFF"},
	} {
		t.Run(name, func(t *testing.T) {
			env := map[string]string{"TF_LOG": "", "TF_LOG_CORE": "", "TF_LOG_PROVIDER": "", "TF_LOG_PROVIDER_AUTH0VAULT": "", "TF_LOG_SDK": ""}
			maps.Copy(env, test.env)
			for variable, value := range env {
				t.Setenv(variable, value)
			}
			tfkit.MatchTerraformLogLevel("auth0vault")
			if sdk, provider := os.Getenv("TF_LOG_SDK"), os.Getenv("TF_LOG_PROVIDER_AUTH0VAULT"); sdk != test.sdk || provider != test.provider {
				t.Errorf("got %q for the SDK and %q for the provider, expected %q and %q", sdk, provider, test.sdk, test.provider)
			}
		})
	}
}
