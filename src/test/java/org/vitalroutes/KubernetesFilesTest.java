package org.vitalroutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.vitalroutes.settings.SettingsCheck;
import org.vitalroutes.testsupport.HelmProcess;
import org.vitalroutes.testsupport.Kustomize;

/** The manifests of deploy/: kustomize and Helm give the same objects, which Kubernetes accepts. */
class KubernetesFilesTest {

  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLMapper.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
              .build()
              .getFactory());

  /** Their time stamps are in no manifest. */
  private static final Gson GSON =
      new GsonBuilder()
          .registerTypeAdapter(
              OffsetDateTime.class,
              (JsonDeserializer<OffsetDateTime>) (json, type, context) -> null)
          .create();

  private static final Path DEPLOY = Path.of("deploy");

  /** The hash that kustomize appends to the name of a ConfigMap that it makes. */
  private static final Pattern HASH = Pattern.compile("vitalroutes-[2456789bcdfghkmt]{10}\\b");

  private static final Map<String, String> MODELS =
      Map.of(
          "v1/ConfigMap", "V1ConfigMap",
          "v1/Service", "V1Service",
          "v1/ServiceAccount", "V1ServiceAccount",
          "apps/v1/Deployment", "V1Deployment",
          "autoscaling/v2/HorizontalPodAutoscaler", "V2HorizontalPodAutoscaler",
          "networking.k8s.io/v1/NetworkPolicy", "V1NetworkPolicy",
          "policy/v1/PodDisruptionBudget", "V1PodDisruptionBudget");

  /** KEDA's own schema is in no Maven artifact: its fields that the overlay uses. */
  private static final Set<String> FIELDS_OF_SCALED_OBJECT =
      Set.of("scaleTargetRef", "minReplicaCount", "maxReplicaCount", "triggers", "advanced");

  private static HelmProcess helm;

  @BeforeAll
  static void startHelm() throws IOException {
    helm = new HelmProcess();
  }

  @AfterAll
  static void endHelm() {
    helm.close();
  }

  // ── kustomize ───────────────────────────────────────────────────────────────────────────────

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/ha", "overlays/keda", "overlays/monitoring"})
  void every_object_is_one_that_kubernetes_knows(String folder) throws Exception {
    for (ObjectNode object : kustomize(folder).values()) {
      assertKnown(object);
    }
  }

  @Test
  void a_misspelt_field_and_a_missing_one_are_found() throws Exception {
    ObjectNode deployment = object(kustomize("base"), "Deployment");
    ObjectNode container = (ObjectNode) container(deployment);

    container.put("imagePullPolcy", "Always");
    assertThatThrownBy(() -> assertKnown(deployment)).hasMessageContaining("imagePullPolcy");

    container.remove("imagePullPolcy");
    container.remove("name");
    assertThatThrownBy(() -> assertKnown(deployment)).hasMessageContaining("name");

    container.put("name", "vitalroutes");
    ((ObjectNode) container.at("/livenessProbe")).put("periodSeconds", "often");
    assertThatThrownBy(() -> assertKnown(deployment)).hasMessageContaining("often");
  }

  /** What {@link Kustomize} leaves out would be seen here. */
  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/ha", "overlays/keda", "overlays/monitoring"})
  void kubectl_renders_the_same(String folder) throws Exception {
    Process kubectl;
    try {
      kubectl =
          new ProcessBuilder("kubectl", "kustomize", "deploy/kustomize/" + folder)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "there is no kubectl on this machine");
      return;
    }
    String rendered = new String(kubectl.getInputStream().readAllBytes(), UTF_8);
    assumeTrue(kubectl.waitFor() == 0, "kubectl on this machine renders nothing");

    assertThat(byKindAndName(HASH.matcher(rendered).replaceAll("vitalroutes")))
        .isEqualTo(kustomize(folder));
  }

  // ── Helm ────────────────────────────────────────────────────────────────────────────────────

  @ParameterizedTest
  @CsvSource({"base, ''", "overlays/ha, ha", "overlays/keda, keda"})
  void helm_renders_the_objects_of_kustomize(String folder, String value) throws Exception {
    String rendered = value.isEmpty() ? helm() : helm(value + "=true");

    assertThat(withoutChecksum(rendered)).isEqualTo(kustomize(folder));
  }

  @Test
  void helm_adds_monitoring_to_either() throws Exception {
    Map<String, ObjectNode> expected = kustomize("overlays/ha");
    expected.putAll(kustomize("overlays/monitoring"));

    assertThat(withoutChecksum(helm("ha=true", "monitoring=true"))).isEqualTo(expected);
  }

  @Test
  void values_reach_the_objects_and_a_new_setting_makes_new_pods() throws Exception {
    String rendered =
        helm(
            "image=registry.example.org/vitalroutes@sha256:0",
            "secretName=from-the-vault",
            "settings.FHIR_VERSION=R4",
            "resources.limits.memory=2Gi",
            "keda=true",
            "prometheus=http://thanos.example.org");
    Map<String, ObjectNode> objects = byKindAndName(rendered);
    JsonNode container = container(object(objects, "Deployment"));

    assertThat(container.path("image").asText())
        .isEqualTo("registry.example.org/vitalroutes@sha256:0");
    assertThat(container.at("/envFrom/1/secretRef/name").asText()).isEqualTo("from-the-vault");
    assertThat(container.at("/resources/limits/memory").asText()).isEqualTo("2Gi");
    assertThat(container.at("/resources/requests/memory").asText()).isEqualTo("1Gi");
    assertThat(object(objects, "ConfigMap").at("/data/FHIR_VERSION").asText()).isEqualTo("R4");
    assertThat(object(objects, "ConfigMap").at("/data/SERVER_PORT").asText()).isEqualTo("8080");
    assertThat(rendered).contains("serverAddress: http://thanos.example.org");
    assertThat(checksum(rendered)).isNotEqualTo(checksum(helm("keda=true")));
  }

  @Test
  void a_secret_among_the_values_and_an_unknown_value_are_refused() {
    assertThatThrownBy(() -> helm("settings.WITHINGS_CLIENT_SECRET=s"))
        .hasMessageContaining("WITHINGS_CLIENT_SECRET");
    assertThatThrownBy(() -> helm("replicas=3")).hasMessageContaining("replicas");
  }

  // ── What the objects hold ───────────────────────────────────────────────────────────────────

  /** As {@code DeploymentFilesTest} checks it of Compose. */
  @Test
  void settings_and_a_filled_in_secret_are_enough_to_start_and_hold_only_what_exists()
      throws Exception {
    Map<String, Object> given = new HashMap<>();
    object(kustomize("base"), "ConfigMap")
        .path("data")
        .properties()
        .forEach(setting -> given.put(setting.getKey(), setting.getValue().asText()));
    Set<String> settings = Set.copyOf(given.keySet());
    Map<String, String> secrets = new TreeMap<>();
    Pattern.compile("(?m)^(# )?([A-Z0-9_]+)=$")
        .matcher(Files.readString(DEPLOY.resolve("kustomize/base/secret.env.example")))
        .results()
        .forEach(
            line -> {
              secrets.put(line.group(2), "");
              if (line.group(1) == null) {
                given.put(line.group(2), "x".repeat(32));
              }
            });
    given.put("TOKEN_ENCRYPTION_KEYSET", DeploymentFilesTest.newKeyset());
    PropertySource<?> source = new SystemEnvironmentPropertySource("x-systemEnvironment", given);
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(source);

    assertThat(SettingsCheck.problems(environment::getProperty)).isEmpty();
    assertThat(DeploymentFilesTest.knownSettings()).containsAll(settings);
    assertThat(DeploymentFilesTest.knownSettings()).containsAll(secrets.keySet());
    assertThat(settings)
        .noneMatch(name -> name.matches(".*(PASSWORD|SECRET|KEYSET|BEARER_TOKEN|PRIVATE_KEY).*"));
  }

  /** The profile "restricted" of Kubernetes' Pod Security Standards, and a read-only root. */
  @Test
  void the_pod_is_restricted() throws Exception {
    JsonNode pod = object(kustomize("base"), "Deployment").at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0/securityContext");

    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/runAsUser").asText() + ":10001")
        .isEqualTo(DeploymentFilesTest.userOfCompose());
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    assertThat(container.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(pod.at("/containers/0/volumeMounts/0/mountPath").asText()).isEqualTo("/tmp");
    assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
  }

  @Test
  void the_kill_comes_after_everything_that_a_stop_waits_for() throws Exception {
    JsonNode settings = YAML.readTree(Path.of("src/main/resources/application.yaml").toFile());
    Duration delay =
        Duration.parse(settings.at("/shutdown/delay").asText().replaceAll(".*:(\\w+)}", "$1"));
    long routes = settings.at("/camel/main/shutdown-timeout").asLong();
    // Spring's default: for the requests that are still answered.
    long requests = 30;

    assertThat(
            object(kustomize("base"), "Deployment")
                .at("/spec/template/spec/terminationGracePeriodSeconds")
                .asLong())
        .isGreaterThanOrEqualTo(delay.toSeconds() + requests + routes);
  }

  @Test
  void every_port_path_and_label_that_is_named_is_there() throws Exception {
    Map<String, ObjectNode> objects = kustomize("overlays/ha");
    objects.putAll(kustomize("overlays/monitoring"));
    JsonNode pod = object(objects, "Deployment").at("/spec/template");
    Map<String, Integer> ports = new HashMap<>();
    pod.at("/spec/containers/0/ports")
        .forEach(port -> ports.put(port.get("name").asText(), port.get("containerPort").asInt()));
    JsonNode settings = object(objects, "ConfigMap").path("data");

    assertThat(ports)
        .isEqualTo(
            Map.of(
                "http", settings.path("SERVER_PORT").asInt(),
                "management", settings.path("MANAGEMENT_SERVER_PORT").asInt()));
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(
              container(object(objects, "Deployment")).at("/" + probe + "/httpGet/port").asText())
          .isEqualTo("management");
    }
    objects.forEach(
        (name, object) ->
            object
                .findValues("targetPort")
                .forEach(port -> assertThat(ports).containsKey(port.asText())));
    JsonNode labels = pod.at("/metadata/labels");
    for (String selector : List.of("/spec/selector/matchLabels", "/spec/podSelector/matchLabels")) {
      objects.forEach(
          (name, object) -> {
            if (!name.startsWith("ServiceMonitor") && object.at(selector).isObject()) {
              assertThat(object.at(selector)).as(name).isEqualTo(labels);
            }
          });
    }
    ObjectNode monitor = object(objects, "ServiceMonitor");
    JsonNode management = objects.get("Service/vitalroutes-management");
    assertThat(management.at("/metadata/labels"))
        .isEqualTo(monitor.at("/spec/selector/matchLabels"));
    assertThat(monitor.at("/spec/endpoints/0/port")).isEqualTo(management.at("/spec/ports/0/name"));
    assertThat(
            management.at("/metadata/labels").path(monitor.at("/spec/jobLabel").asText()).asText())
        .as("the alerts ask for up{job=\"vitalroutes\"}")
        .isEqualTo("vitalroutes");
  }

  /** A rollout has one replica more; a superuser keeps three connections; each start migrates. */
  @Test
  void the_connections_of_all_replicas_fit_into_a_postgresql_of_100() throws Exception {
    Map<String, ObjectNode> objects = kustomize("overlays/ha");
    int replicas = object(objects, "HorizontalPodAutoscaler").at("/spec/maxReplicas").asInt();
    int pool = object(objects, "ConfigMap").at("/data/DATABASE_CONNECTIONS").asInt();
    int inbox = 2;

    assertThat((replicas + 1) * (pool + inbox) + 1).isLessThanOrEqualTo(100 - 3);
    assertThat(
            object(kustomize("overlays/keda"), "ScaledObject").at("/spec/maxReplicaCount").asInt())
        .isEqualTo(replicas);
  }

  // ── The rules ───────────────────────────────────────────────────────────────────────────────

  /** {@code -Dgolden.update} writes the copy anew. */
  @Test
  void the_rules_for_the_operator_are_those_of_alerts_yaml() throws Exception {
    Path file = DEPLOY.resolve("monitoring/prometheus-rule.yaml");
    ObjectNode rule = YAML.createObjectNode();
    rule.put("apiVersion", "monitoring.coreos.com/v1").put("kind", "PrometheusRule");
    rule.putObject("metadata")
        .put("name", "vitalroutes")
        .putObject("labels")
        .put("app.kubernetes.io/name", "vitalroutes");
    rule.set("spec", YAML.readTree(DEPLOY.resolve("monitoring/alerts.yaml").toFile()));
    if (System.getProperty("golden.update") != null) {
      Files.writeString(
          file,
          "# Made from alerts.yaml: KubernetesFilesTest with -Dgolden.update.\n"
              + YAML.writeValueAsString(rule));
    }

    assertThat(YAML.readTree(file.toFile())).isEqualTo(rule);
  }

  // ── What the tests above read ───────────────────────────────────────────────────────────────

  private static void assertKnown(ObjectNode object) throws Exception {
    String kind = object.path("kind").asText();
    String model = MODELS.get(object.path("apiVersion").asText() + "/" + kind);
    switch (kind) {
      case "ServiceMonitor", "PrometheusRule" -> {
        Class<?> type = kind.equals("ServiceMonitor") ? ServiceMonitor.class : PrometheusRule.class;
        ObjectMapper mapper = new ObjectMapper();
        assertThat(mapper.<JsonNode>valueToTree(mapper.treeToValue(object, type)))
            .isEqualTo(object);
        JsonNode read = mapper.valueToTree(mapper.treeToValue(object, type));
        assertThat(read.toString()).doesNotContain("additionalProperties");
      }
      case "ScaledObject" ->
          assertThat(object.path("spec").fieldNames())
              .toIterable()
              .isSubsetOf(FIELDS_OF_SCALED_OBJECT);
      default -> {
        assertThat(model).as(kind).isNotNull();
        Class<?> type = Class.forName("io.kubernetes.client.openapi.models." + model);
        JsonElement json = JsonParser.parseString(object.toString());
        try {
          type.getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
        } catch (InvocationTargetException e) {
          throw (Exception) e.getCause();
        }
        assertThat(GSON.<Object>fromJson(json, type)).isNotNull();
      }
    }
  }

  private static Map<String, ObjectNode> kustomize(String folder) throws IOException {
    return Kustomize.build(DEPLOY.resolve("kustomize").resolve(folder));
  }

  private static String helm(String... values) throws IOException {
    return helm.template(DEPLOY, values);
  }

  private static Map<String, ObjectNode> byKindAndName(String yaml) throws IOException {
    Map<String, ObjectNode> objects = new TreeMap<>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      while (documents.hasNext()) {
        if (documents.next() instanceof ObjectNode object) {
          objects.put(Kustomize.key(object), object);
        }
      }
    }
    return objects;
  }

  private static String checksum(String rendered) throws IOException {
    return object(byKindAndName(rendered), "Deployment")
        .at("/spec/template/metadata/annotations/checksum~1settings")
        .asText();
  }

  private static Map<String, ObjectNode> withoutChecksum(String rendered) throws IOException {
    assertThat(checksum(rendered)).hasSize(64);
    Map<String, ObjectNode> objects = byKindAndName(rendered);
    ((ObjectNode) object(objects, "Deployment").at("/spec/template/metadata"))
        .remove("annotations");
    return objects;
  }

  private static ObjectNode object(Map<String, ObjectNode> objects, String kind) {
    return objects.get(kind + "/vitalroutes");
  }

  private static JsonNode container(ObjectNode deployment) {
    return deployment.at("/spec/template/spec/containers/0");
  }
}
