package emulator

import (
	"net/http"
	"slices"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/emulator/schema"
)

// page cuts one page out of a list of n items.
func page(n, number, size int) (from, to int) {
	from = min(n, number*size)
	return from, min(n, from+size)
}

// pagingQuery is the schema of page, per_page and include_totals.
func (c *call) pagingQuery(maxPage float64, minPerPage float64, more ...schema.Property) schema.Schema {
	maxPageSize := float64(c.tenant.behavior.maxPerPage())
	return schema.Closed("", nil, append([]schema.Property{
		schema.Prop("page", schema.Integer("The page, from 0", 0, maxPage)),
		schema.Prop("per_page", schema.Integer("The size of a page", minPerPage, maxPageSize)),
		schema.Prop("include_totals", schema.Boolean("Whether totals are shown")),
	}, more...)...)
}

// paging reads page and per_page.
func (c *call) paging(q map[string]any) (number, size int, totals bool) {
	size = c.tenant.behavior.maxPerPage() / 2
	if f, ok := q["per_page"].(float64); ok {
		size = int(f)
	}
	if f, ok := q["page"].(float64); ok {
		number = int(f)
	}
	totals, _ = q["include_totals"].(bool)
	return number, size, totals
}

// offsetPage answers a list that pages by number: a bare array, or an object with totals.
func (c *call) offsetPage(q map[string]any, key string, items []object) *response {
	number, size, totals := c.paging(q)
	from, to := page(len(items), number, size)
	shown := append([]object{}, items[from:to]...)
	if !totals {
		return reply(http.StatusOK, shown)
	}
	return reply(http.StatusOK, object{{key, shown}, {"start", number * size}, {"limit", size}, {"total", len(items)}})
}

// flowsPage answers a list of the flows family.
func (c *call) flowsPage(key string, items []object, more ...schema.Property) (*response, *apiError) {
	s := c.pagingQuery(1000, 1, more...)
	q, bad := c.query(&s)
	if bad != nil {
		return nil, bad
	}
	if !c.tenant.behavior.OldestFirst {
		slices.Reverse(items)
	}
	number, size, totals := c.paging(q)
	from, to := page(len(items), number, size)
	shown := append([]object{}, items[from:to]...)
	if !totals {
		return reply(http.StatusOK, shown), nil
	}
	return reply(http.StatusOK, object{{"limit", size}, {"start", number * size}, {"total", len(items)}, {key, shown}}), nil
}
