package ratelimit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// private lists the sizes of private development environments: requests per second in all, and for the Management API.
var private = map[int]int{20: 20, 100: 50, 500: 250, 1500: 750, 3000: 1500, 6000: 3000, 10000: 5000}

// Plan returns the limits of one of Auth0's plans, or an error that lists them. "none" has no limits, and no headers.
func Plan(name string) (Limits, error) {
	perSecond := func(burst, sustained int) Bucket { return Bucket{burst, sustained, time.Second} }
	perMinute := func(burst, sustained int) Bucket { return Bucket{burst, sustained, time.Minute} }
	switch name {
	case "none":
		return Limits{None: true}, nil
	case "free":
		return Limits{Management: perSecond(2, 2), Token: perSecond(30, 30)}, nil
	case "essentials", "professional", "b2b":
		var users []Endpoint
		for _, path := range []string{"/api/v2/users", "/api/v2/users-by-email"} {
			users = append(users,
				Endpoint{[]string{"GET"}, path, perMinute(40, 500)},
				Endpoint{[]string{"POST", "PATCH"}, path, perMinute(20, 200)},
				Endpoint{[]string{"DELETE"}, path, perMinute(20, 200)})
		}
		return Limits{
			Management: perMinute(10, 150),
			Token:      perSecond(25, 25),
			Endpoints:  append(users, Endpoint{[]string{"GET"}, "/api/v2/clients", perMinute(5, 100)}),
		}, nil
	case "enterprise-production":
		return Limits{Management: productionAPI, Token: productionToken}, nil
	case "enterprise-non-production":
		return Limits{Management: perSecond(10, 2), Token: productionToken}, nil
	}
	if size, ok := strings.CutPrefix(name, "private-"); ok {
		if total, err := strconv.Atoi(size); err == nil && private[total] > 0 {
			return Limits{Management: perSecond(private[total], private[total]), Token: perSecond(total, total)}, nil
		}
	}
	return Limits{}, fmt.Errorf("no plan %q; there are %s", name, strings.Join(Plans(), ", "))
}

// Plans lists the names that Plan knows.
func Plans() []string {
	names := []string{"none", "free", "essentials", "professional", "b2b", "enterprise-production", "enterprise-non-production"}
	var sizes []int
	for size := range private {
		sizes = append(sizes, size)
	}
	slices.Sort(sizes)
	for _, size := range sizes {
		names = append(names, "private-"+strconv.Itoa(size))
	}
	return names
}
