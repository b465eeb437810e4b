package org.vitalroutes.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The part of kustomize that deploy/ uses: resources, patches of maps or that delete an object, and
 * ConfigMaps from files. A field that it does not know fails, and names get no hash.
 */
public final class Kustomize {

  private static final YAMLMapper YAML = new YAMLMapper();

  private static final Set<String> KNOWN =
      Set.of("apiVersion", "kind", "resources", "patches", "configMapGenerator");

  private Kustomize() {}

  /** Kind and name → object. */
  public static Map<String, ObjectNode> build(Path folder) throws IOException {
    JsonNode kustomization = YAML.readTree(folder.resolve("kustomization.yaml").toFile());
    kustomization.fieldNames().forEachRemaining(field -> require(KNOWN.contains(field), field));
    Map<String, ObjectNode> objects = new TreeMap<>();
    for (JsonNode resource : kustomization.path("resources")) {
      Path path = folder.resolve(resource.asText()).normalize();
      if (Files.isDirectory(path)) {
        objects.putAll(build(path));
      } else {
        require(path.startsWith(folder.normalize()), path + " is outside");
        ObjectNode object = (ObjectNode) YAML.readTree(path.toFile());
        objects.put(key(object), object);
      }
    }
    for (JsonNode generator : kustomization.path("configMapGenerator")) {
      ObjectNode object = configMap(folder, generator);
      objects.put(key(object), object);
    }
    for (JsonNode patch : kustomization.path("patches")) {
      ObjectNode change =
          (ObjectNode) YAML.readTree(folder.resolve(patch.path("path").asText()).toFile());
      require(objects.containsKey(key(change)), key(change) + " is patched");
      if (change.path("$patch").asText().equals("delete")) {
        objects.remove(key(change));
      } else {
        merge(objects.get(key(change)), change);
      }
    }
    return objects;
  }

  /** Kind and name of an object. */
  public static String key(ObjectNode object) {
    return object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
  }

  private static void merge(ObjectNode into, ObjectNode change) {
    change
        .properties()
        .forEach(
            field -> {
              JsonNode before = into.get(field.getKey());
              if (before instanceof ObjectNode map && field.getValue() instanceof ObjectNode more) {
                merge(map, more);
              } else {
                require(before == null || !before.isArray(), "a patch of a list");
                into.set(field.getKey(), field.getValue());
              }
            });
  }

  private static ObjectNode configMap(Path folder, JsonNode generator) throws IOException {
    ObjectNode object = YAML.createObjectNode();
    object.put("apiVersion", "v1").put("kind", "ConfigMap");
    object.putObject("metadata").set("name", generator.get("name"));
    if (generator.at("/options/labels") instanceof ObjectNode labels) {
      ((ObjectNode) object.get("metadata")).set("labels", labels);
    }
    ObjectNode data = object.putObject("data");
    for (JsonNode file : generator.path("envs")) {
      for (String line : Files.readAllLines(folder.resolve(file.asText()))) {
        if (!line.startsWith("#")) {
          data.put(line.replaceAll("=.*", ""), line.replaceFirst("[^=]*=", ""));
        }
      }
    }
    for (JsonNode file : generator.path("files")) {
      Path path = folder.resolve(file.asText());
      data.put(path.getFileName().toString(), Files.readString(path));
    }
    return object;
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException("Not understood here: " + what);
    }
  }
}
