package function_test

import (
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider"
)

// noValue is an argument that is null as OpenTofu sends it.
type noValue struct{}

// call calls a function at the protocol, with arguments as acctest.Value takes them, or noValue.
func call(t testing.TB, name string, arguments ...any) (tftypes.Value, *tfprotov6.FunctionError) {
	t.Helper()
	server := provider.NewServer("test")()
	functions, err := server.GetFunctions(t.Context(), &tfprotov6.GetFunctionsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	function := functions.Functions[name]
	req := &tfprotov6.CallFunctionRequest{Name: name}
	for i, argument := range arguments {
		if _, ok := argument.(noValue); ok {
			req.Arguments = append(req.Arguments, &tfprotov6.DynamicValue{})
			continue
		}
		parameter := function.VariadicParameter
		if i < len(function.Parameters) {
			parameter = function.Parameters[i]
		}
		value := acctest.Value(t, parameter.Type, argument)
		dynamic, err := tfprotov6.NewDynamicValue(parameter.Type, value)
		if err != nil {
			t.Fatal(err)
		}
		req.Arguments = append(req.Arguments, &dynamic)
	}
	resp, err := server.CallFunction(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Error != nil {
		return tftypes.Value{}, resp.Error
	}
	result, err := resp.Result.Unmarshal(function.Return.Type)
	if err != nil {
		t.Fatal(err)
	}
	return result, nil
}

func mustCall(t testing.TB, name string, arguments ...any) tftypes.Value {
	t.Helper()
	result, err := call(t, name, arguments...)
	if err != nil {
		t.Fatalf("%s: %s", name, err.Text)
	}
	return result
}

const guide = "../../../examples/guides/forms-and-flows-from-an-export/"

// The exports of three journeys.
const (
	progressiveProfiling = guide + "progressive-profiling.json"
	emailOTP             = "testdata/email-otp.json"
	privacyConsent       = "testdata/privacy-consent.json"
)

func readFile(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
