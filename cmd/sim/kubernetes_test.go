//go:build linux

package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/commitlog/postgres"
	"github.com/kzsim/kzsim/internal/simulator"
)

// The objects of deploy/kubernetes.yaml, as far as it has members. A member that they don't know is an error.
type (
	kubeHead struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string `yaml:"kind"`
		Metadata   struct {
			Name   string            `yaml:"name"`
			Labels map[string]string `yaml:"labels"`
		} `yaml:"metadata"`
	}
	kubeSelector struct {
		MatchLabels map[string]string `yaml:"matchLabels"`
	}
	kubeDeployment struct {
		kubeHead `yaml:",inline"`
		Spec     struct {
			Replicas int          `yaml:"replicas"`
			Selector kubeSelector `yaml:"selector"`
			Strategy struct {
				RollingUpdate map[string]int `yaml:"rollingUpdate"`
			} `yaml:"strategy"`
			Template struct {
				Metadata struct {
					Labels map[string]string `yaml:"labels"`
				} `yaml:"metadata"`
				Spec kubePod `yaml:"spec"`
			} `yaml:"template"`
		} `yaml:"spec"`
	}
	kubePod struct {
		AutomountToken     *bool            `yaml:"automountServiceAccountToken"`
		EnableServiceLinks *bool            `yaml:"enableServiceLinks"`
		Grace              int              `yaml:"terminationGracePeriodSeconds"`
		SecurityContext    map[string]any   `yaml:"securityContext"`
		Spread             []map[string]any `yaml:"topologySpreadConstraints"`
		Containers         [1]kubeContainer `yaml:"containers"`
	}
	kubeContainer struct {
		Name            string                               `yaml:"name"`
		Image           string                               `yaml:"image"`
		Args            []string                             `yaml:"args"`
		Env             []kubeVariable                       `yaml:"env"`
		Ports           []kubePort                           `yaml:"ports"`
		Readiness       kubeProbe                            `yaml:"readinessProbe"`
		Liveness        kubeProbe                            `yaml:"livenessProbe"`
		Lifecycle       map[string]map[string]map[string]int `yaml:"lifecycle"`
		SecurityContext map[string]any                       `yaml:"securityContext"`
		Resources       map[string]map[string]string         `yaml:"resources"`
	}
	kubeVariable struct {
		Name      string                       `yaml:"name"`
		ValueFrom map[string]map[string]string `yaml:"valueFrom"`
	}
	kubePort struct {
		Name          string `yaml:"name"`
		ContainerPort int    `yaml:"containerPort"`
		Port          int    `yaml:"port"`
		TargetPort    string `yaml:"targetPort"`
	}
	kubeProbe struct {
		HTTPGet struct {
			Path string `yaml:"path"`
			Port string `yaml:"port"`
		} `yaml:"httpGet"`
		Period  int `yaml:"periodSeconds"`
		Timeout int `yaml:"timeoutSeconds"`
		Failure int `yaml:"failureThreshold"`
	}
	kubeService struct {
		kubeHead `yaml:",inline"`
		Spec     struct {
			Selector map[string]string `yaml:"selector"`
			Ports    []kubePort        `yaml:"ports"`
		} `yaml:"spec"`
	}
	kubeBudget struct {
		kubeHead `yaml:",inline"`
		Spec     struct {
			MaxUnavailable int          `yaml:"maxUnavailable"`
			Selector       kubeSelector `yaml:"selector"`
		} `yaml:"spec"`
	}
)

func kubernetes(t *testing.T) (d kubeDeployment, s kubeService, b kubeBudget) {
	t.Helper()
	strictYAML(t, "deploy/kubernetes.yaml", &d, &s, &b)
	return d, s, b
}

// TestKubernetesNames: the objects are of the kinds that they should be, and name each other rightly.
func TestKubernetesNames(t *testing.T) {
	d, s, b := kubernetes(t)
	kinds := []string{d.APIVersion + " " + d.Kind, s.APIVersion + " " + s.Kind, b.APIVersion + " " + b.Kind}
	if diff := cmp.Diff([]string{"apps/v1 Deployment", "v1 Service", "policy/v1 PodDisruptionBudget"}, kinds); diff != "" {
		t.Error(diff)
	}
	pod := d.Spec.Template.Metadata.Labels
	for what, labels := range map[string]map[string]string{
		"the deployment": d.Spec.Selector.MatchLabels, "the service": s.Spec.Selector, "the budget": b.Spec.Selector.MatchLabels,
	} {
		if diff := cmp.Diff(pod, labels); diff != "" || len(labels) == 0 {
			t.Errorf("%s selects other pods: %s", what, diff)
		}
	}
	c := d.Spec.Template.Spec.Containers[0]
	for what, port := range map[string]string{
		"readiness": c.Readiness.HTTPGet.Port, "liveness": c.Liveness.HTTPGet.Port, "the service": s.Spec.Ports[0].TargetPort,
	} {
		if port != c.Ports[0].Name {
			t.Errorf("%s asks the port %q", what, port)
		}
	}
	if d.Spec.Replicas <= b.Spec.MaxUnavailable {
		t.Errorf("of %d pods %d may be away", d.Spec.Replicas, b.Spec.MaxUnavailable)
	}
}

// TestKubernetesCommand: sim serve takes the arguments and variables, and the image is the Dockerfile's.
func TestKubernetesCommand(t *testing.T) {
	d, _, _ := kubernetes(t)
	pod := d.Spec.Template.Spec
	c := pod.Containers[0]
	dockerfile, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	port := regexp.MustCompile(`SIM_ADDR=(0.0.0.0:(\d+))`).FindSubmatch(dockerfile)
	user := regexp.MustCompile(`(?m)^USER (\d+):(\d+)$`).FindSubmatch(dockerfile)
	if port == nil || user == nil {
		t.Fatal("the Dockerfile has no SIM_ADDR or no USER")
	}
	given := map[string]string{
		"POD_IP": "10.1.2.3", "SIM_STORE": "postgres://kzsim@db:5432/kzsim", "SIM_CONTROL_TOKEN": "a-token-of-a-test",
	}
	env := map[string]string{"SIM_ADDR": string(port[1])}
	line := slices.Clone(c.Args)
	for _, v := range c.Env {
		if given[v.Name] == "" || len(v.ValueFrom) != 1 {
			t.Errorf("the variable %q is from %v", v.Name, v.ValueFrom)
		}
		if env[v.Name] = given[v.Name]; v.Name != "POD_IP" && v.ValueFrom["secretKeyRef"] == nil {
			t.Errorf("%s is not from a Secret", v.Name)
		}
		for i := range line {
			line[i] = strings.ReplaceAll(line[i], "$("+v.Name+")", given[v.Name])
		}
	}
	cfg := acceptedBy(t, line, env)
	if cfg.store == "" || cfg.token == "" || cfg.storeAddress != given["POD_IP"]+":"+string(port[2]) {
		t.Errorf("others reach it at %q", cfg.storeAddress)
	}
	if strconv.Itoa(c.Ports[0].ContainerPort) != string(port[2]) {
		t.Errorf("the container's port is %d, and the image listens on %s", c.Ports[0].ContainerPort, port[2])
	}
	want := map[string]any{
		"runAsNonRoot": true, "runAsUser": number(user[1]), "runAsGroup": number(user[2]), "seccompProfile": map[string]any{"type": "RuntimeDefault"},
	}
	if diff := cmp.Diff(want, pod.SecurityContext); diff != "" {
		t.Error(diff)
	}
	want = map[string]any{
		"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": map[string]any{"drop": []any{"ALL"}},
	}
	if diff := cmp.Diff(want, c.SecurityContext); diff != "" || pod.AutomountToken == nil || *pod.AutomountToken {
		t.Error("the container may do more than it needs", diff)
	}
	cfg.connections.Max = 5120 // the most that it takes by itself
	memory, ok := strings.CutSuffix(c.Resources["limits"]["memory"], "Mi")
	if limit, err := strconv.ParseInt(memory, 10, 64); !ok || err != nil || limit<<20 < cfg.memoryLimit() {
		t.Errorf("it may have %s of memory, and its budgets are %d MiB", c.Resources["limits"]["memory"], cfg.memoryLimit()>>20)
	}
}

// TestTheMemoryLimitIsOnThePage: the sum of the budgets by default, with as many connections as there may be.
func TestTheMemoryLimitIsOnThePage(t *testing.T) {
	cfg := acceptedBy(t, []string{"serve"}, nil)
	cfg.connections.Max = 5120
	page, err := os.ReadFile("../../docs/sandboxes.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("By default that is %d MiB", cfg.memoryLimit()>>20); !strings.Contains(string(page), want) {
		t.Errorf("docs/sandboxes.md does not say: %s", want)
	}
}

func number(digits []byte) int {
	n, _ := strconv.Atoi(string(digits)) // they are digits
	return n
}

// TestKubernetesProbes: a simulator answers them. While the sandboxes go from one process to another no pod is taken
// for dead or unready, and at its end a pod has the time that it needs.
func TestKubernetesProbes(t *testing.T) {
	d, _, _ := kubernetes(t)
	pod := d.Spec.Template.Spec
	c := pod.Containers[0]
	p := launch(t, nil, "serve", "--config=", "--addr", "127.0.0.1:0")
	for what, probe := range map[string]kubeProbe{"readiness": c.Readiness, "liveness": c.Liveness} {
		if status, body := p.get(probe.HTTPGet.Path); status != 200 || !strings.Contains(body, `"status": "ok"`) {
			t.Errorf("%s: GET %s: %d %s", what, probe.HTTPGet.Path, status, body)
		}
		if fails := time.Duration(probe.Period*(probe.Failure-1)) * time.Second; fails <= postgres.DefaultLease {
			t.Errorf("%s has failed after %s, and the lease lasts %s", what, fails, postgres.DefaultLease)
		}
	}
	needs := time.Duration(c.Lifecycle["preStop"]["sleep"]["seconds"])*time.Second + simulator.Grace
	if grace := time.Duration(pod.Grace) * time.Second; grace < needs+5*time.Second {
		t.Errorf("a pod has %s to end, and needs %s and time for the database", grace, needs)
	}
}
