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

// sdkSubsystems are the parts of the SDK that have a level of their own.
var sdkSubsystems = []string{"FRAMEWORK", "PROTO"}

// logOff is the level that logs nothing.
const logOff = "OFF"

// logLevels are the levels that Terraform knows; it takes any other word for TRACE.
var logLevels = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", logOff}

// MatchTerraformLogLevel sets the environment so that the loggers of a provider that
// Terraform has started write only what Terraform will show. Left alone they
// write everything, and Terraform, which reads and parses each line, throws it
// away unless TF_LOG says otherwise: a third of the time of a plan. Variables
// that name these loggers are left as the user has set them. name is the
// provider's type name. It has to be called before the provider is served, and
// reports whether anything is logged at all.
func MatchTerraformLogLevel(name string) (logging bool) {
	level := strings.ToUpper(os.Getenv(envTerraformProviderLog))
	if level == "" {
		level = strings.ToUpper(os.Getenv(envTerraformLog))
	}
	switch {
	case level == "":
		level = logOff
	case !slices.Contains(logLevels, level):
		level = "TRACE"
	}
	provider := setDefault(prefixProviderLog+strings.ToUpper(name), level)
	sdk := setDefault(envSDKLog, level)
	logging = provider != logOff || sdk != logOff
	// A subsystem without a level of its own formats each line for a logger that may not write it.
	for _, subsystem := range sdkSubsystems {
		if setDefault(envSDKLog+"_"+subsystem, sdk) != logOff {
			logging = true
		}
	}
	return logging
}

// setDefault sets an environment variable that has no value, and returns the value in capitals.
func setDefault(variable, value string) string {
	if own := os.Getenv(variable); own != "" {
		return strings.ToUpper(own)
	}
	_ = os.Setenv(variable, value) // fails for no name such as these
	return value
}
