package function

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// argumentError returns the error for what is wrong with an argument. Terraform
// ends the text with a period, so its own period or question mark is dropped.
func argumentError(argument int64, problem string) *function.FuncError {
	return function.NewArgumentFuncError(argument, strings.TrimRight(problem, ".?"))
}
