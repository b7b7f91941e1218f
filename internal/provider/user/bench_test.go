package user_test

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/acctest"
)

// BenchmarkUser is what a user costs: a plan without a change, a plan of one attribute, a refresh and a create. All include
// the part of the test harness, the latter two also the emulator's. Processor time is less noisy than wall time on a busy machine.
func BenchmarkUser(b *testing.B) {
	r, users := acctest.NewRun(b, acctest.New(b), typeName), 0
	next := func() attributes {
		users++
		return attributes{"email": fmt.Sprintf("u%d@example.com", users), "password": strong, "name": "Ada", "user_metadata": `{"plan":"gold"}`}
	}
	config := next()
	created, changed := r.Apply(nil, config), config.With(attributes{"name": "Countess"})
	for name, run := range map[string]func(){
		"plan nothing": func() { r.Plan(created, config) },
		"plan a name":  func() { r.Plan(created, changed) },
		"read":         func() { r.Read(created) },
		"create":       func() { r.Apply(nil, next()) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			started := processorTime()
			for b.Loop() {
				run()
			}
			b.ReportMetric(float64(processorTime()-started)/float64(b.N)/1000, "cpu-µs/op")
		})
	}
}

// processorTime returns the processor time of this process in nanoseconds.
func processorTime() int64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return usage.Utime.Nano() + usage.Stime.Nano()
}
