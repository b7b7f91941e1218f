package tfkit_test

import (
	"maps"
	"os"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/tfkit"
)

// TestMatchTerraformLogLevel: the loggers get the level that Terraform shows, unless the user has named them.
func TestMatchTerraformLogLevel(t *testing.T) {
	for name, test := range map[string]struct {
		env           map[string]string
		sdk, provider string
		framework     string
	}{
		"nothing is shown":      {nil, "OFF", "OFF", "OFF"},
		"for everything":        {map[string]string{"TF_LOG": "debug"}, "DEBUG", "DEBUG", "DEBUG"},
		"for providers":         {map[string]string{"TF_LOG": "ERROR", "TF_LOG_PROVIDER": "INFO"}, "INFO", "INFO", "INFO"},
		"for Terraform alone":   {map[string]string{"TF_LOG_CORE": "TRACE"}, "OFF", "OFF", "OFF"},
		"as JSON":               {map[string]string{"TF_LOG": "json"}, "TRACE", "TRACE", "TRACE"},
		"an unknown level":      {map[string]string{"TF_LOG": "loud"}, "TRACE", "TRACE", "TRACE"},
		"off":                   {map[string]string{"TF_LOG": "off"}, "OFF", "OFF", "OFF"},
		"this provider's named": {map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER_AUTH0VAULT": "WARN"}, "TRACE", "WARN", "TRACE"},
		"the SDK's named":       {map[string]string{"TF_LOG_SDK": "ERROR"}, "ERROR", "OFF", "ERROR"},
		"the framework's named": {map[string]string{"TF_LOG_SDK_FRAMEWORK": "INFO"}, "OFF", "OFF", "INFO"},
	} {
		t.Run(name, func(t *testing.T) {
			env := map[string]string{"TF_LOG": "", "TF_LOG_CORE": "", "TF_LOG_PROVIDER": "", "TF_LOG_PROVIDER_AUTH0VAULT": "", "TF_LOG_SDK": "",
				"TF_LOG_SDK_FRAMEWORK": "", "TF_LOG_SDK_PROTO": ""}
			maps.Copy(env, test.env)
			for variable, value := range env {
				t.Setenv(variable, value)
			}
			logging := tfkit.MatchTerraformLogLevel("auth0vault")
			sdk, provider, framework := os.Getenv("TF_LOG_SDK"), os.Getenv("TF_LOG_PROVIDER_AUTH0VAULT"), os.Getenv("TF_LOG_SDK_FRAMEWORK")
			if sdk != test.sdk || provider != test.provider || framework != test.framework {
				t.Errorf("got %q for the SDK, %q for its framework and %q for the provider, expected %q, %q and %q",
					sdk, framework, provider, test.sdk, test.framework, test.provider)
			}
			if want := sdk+provider+framework != "OFFOFFOFF"; logging != want {
				t.Errorf("it reports that anything is logged: %v, expected %v", logging, want)
			}
		})
	}
}
