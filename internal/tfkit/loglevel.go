package tfkit

import (
	"os"
	"slices"
	"strings"
)

// The environment variables that say what is logged: the first two are
// Terraform's, the rest are read by the loggers of this process.
const (
	envTerraformLog         = "TF_LOG"
	envTerraformProviderLog = "TF_LOG_PROVIDER"
	envSDKLog               = "TF_LOG_SDK"
	prefixProviderLog       = "TF_LOG_PROVIDER_"
)

// logLevels are the levels that Terraform knows; it takes any other word for TRACE.
var logLevels = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"}

// MatchTerraformLogLevel sets the environment so that the loggers of a provider that
// Terraform has started write only what Terraform will show. Left alone they
// write everything, and Terraform, which reads and parses each line, throws it
// away unless TF_LOG says otherwise: a third of the time of a plan. Variables
// that name these loggers are left as the user has set them. name is the
// provider's type name. It has to be called before the provider is served.
func MatchTerraformLogLevel(name string) {
	level := strings.ToUpper(os.Getenv(envTerraformProviderLog))
	if level == "" {
		level = strings.ToUpper(os.Getenv(envTerraformLog))
	}
	switch {
	case level == "":
		level = "OFF"
	case !slices.Contains(logLevels, level):
		level = "TRACE"
	}
	for _, variable := range []string{envSDKLog, prefixProviderLog + strings.ToUpper(name)} {
		if os.Getenv(variable) == "" {
			_ = os.Setenv(variable, level) // fails for no name such as these
		}
	}
}
