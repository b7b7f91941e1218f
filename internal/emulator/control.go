package emulator

import "net/http"

// controlPrefix is where the control endpoint lives, on the proxy's listener.
const controlPrefix = "/emulator"

func (e *Emulator) serveControl(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "not there yet", http.StatusNotFound)
}
