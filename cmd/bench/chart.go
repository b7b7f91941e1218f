package main

import (
	"fmt"
	"math"
	"strings"
)

// The chart's measures, in pixels.
const (
	chartWidth  = 720
	barHeight   = 14
	rowHeight   = 20
	groupGap    = 14
	labelWidth  = 210
	chartMargin = 30
)

// chart draws how long plans take, as an SVG: a bar for each scenario with the
// most connections, on a logarithmic scale, and a mark where the limit alone would end.
func chart(results []result) string {
	most := 0
	for _, r := range results {
		most = max(most, r.connections)
	}
	var bars []result
	longest := 1.0
	for _, r := range results {
		if r.phase == "plan" && r.connections == most && !r.left {
			bars = append(bars, r)
			longest = max(longest, r.took.Seconds())
		}
	}
	scale := func(seconds float64) float64 { // 0.1 s is the left edge
		return (chartWidth - labelWidth - 2*chartMargin) * math.Log10(max(seconds, 0.1)*10) / math.Log10(longest*10*1.3)
	}
	var body strings.Builder
	y := chartMargin + 20
	for i, r := range bars {
		if i > 0 && bars[i-1].limit != r.limit {
			y += groupGap
		}
		fmt.Fprintf(&body, `<text x="%d" y="%d" text-anchor="end">%d users, limit %s</text>`+"\n", labelWidth-8, y+barHeight-3, r.users, r.limit)
		fmt.Fprintf(&body, `<rect x="%d" y="%d" width="%.0f" height="%d" fill="#3b6ea8"/>`+"\n", labelWidth, y, scale(r.took.Seconds()), barHeight)
		fmt.Fprintf(&body, `<text x="%.0f" y="%d">%.1f s, %d requests, %d × 429</text>`+"\n", labelWidth+scale(r.took.Seconds())+6, y+barHeight-3, r.took.Seconds(), r.total(), r.limited)
		minimum := labelWidth + scale(r.least.Seconds())
		fmt.Fprintf(&body, `<line x1="%.0f" x2="%.0f" y1="%d" y2="%d" stroke="#d07020" stroke-width="3"/>`+"\n", minimum, minimum, y-2, y+barHeight+2)
		y += rowHeight
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
<rect width="100%%" height="100%%" fill="white"/>
<text x="%d" y="%d" font-size="14" font-weight="bold">terraform plan, %d vault connections (seconds, logarithmic; orange: the limit alone)</text>
%s</svg>
`, chartWidth, y+chartMargin, chartMargin, chartMargin, most, body.String())
}
