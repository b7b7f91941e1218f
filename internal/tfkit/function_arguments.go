package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// msgpackNil is null in MessagePack.
const msgpackNil = 0xc0

// CallFunction implements tfprotov6.FunctionServer. OpenTofu sends an argument that is null without a value, where
// Terraform sends the value null. The framework knows only the latter.
func (s *releasingServer) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	for i, argument := range req.Arguments {
		if argument == nil || len(argument.MsgPack) == 0 && len(argument.JSON) == 0 {
			req.Arguments[i] = &tfprotov6.DynamicValue{MsgPack: []byte{msgpackNil}}
		}
	}
	return s.frameworkServer.CallFunction(ctx, req)
}
