// What k8s.io/pod-security-admission says of pods at level `restricted`: a pod as JSON in each line of stdin, for each and
// each minor version that is named as an argument a line with the reasons, as a JSON list.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	evaluator := must(policy.NewEvaluator(policy.DefaultChecks(), nil))
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var pod corev1.Pod
		if err := json.Unmarshal(lines.Bytes(), &pod); err != nil {
			panic(err)
		}
		for _, minor := range os.Args[1:] {
			version := api.MajorMinorVersion(1, must(strconv.Atoi(minor)))
			level := api.LevelVersion{Level: api.LevelRestricted, Version: version}
			reasons := []string{}
			for _, result := range evaluator.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec) {
				if !result.Allowed {
					reasons = append(reasons, result.ForbiddenReason)
				}
			}
			if err := output.Encode(reasons); err != nil {
				panic(err)
			}
		}
	}
}
