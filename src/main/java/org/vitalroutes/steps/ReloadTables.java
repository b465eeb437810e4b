package org.vitalroutes.steps;

import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.camel.support.FileWatcherResourceReloadStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.Mapping;
import org.vitalroutes.settings.MappingSettings;

/** Reloads the mapping tables of a folder when one is edited, where routes are reloaded too. */
@Component
final class ReloadTables implements CamelContextConfiguration {

  private static final Logger log = LoggerFactory.getLogger("org.vitalroutes.reload");

  private final Mapping mapping;
  private final String folder;
  private final boolean wanted;

  ReloadTables(
      Mapping mapping, MappingSettings settings, @Value("${routes-reload}") boolean wanted) {
    this.mapping = mapping;
    this.folder = settings.mappingDirectory();
    this.wanted = wanted;
  }

  @Override
  public void beforeApplicationStart(CamelContext context) {
    if (!wanted || folder.isEmpty()) {
      return;
    }
    FileWatcherResourceReloadStrategy watcher = new FileWatcherResourceReloadStrategy(folder);
    // An editor may save in several steps, the first of them an empty file.
    watcher.setFileFilter(file -> file.getName().endsWith(".yaml") && file.length() > 0);
    watcher.setResourceReload((name, resource) -> reload());
    try {
      context.addService(watcher);
    } catch (Exception e) {
      throw new IllegalStateException("MAPPING_DIRECTORY cannot be watched", e);
    }
  }

  private void reload() {
    if (mapping.reload(Path.of(folder))) {
      log.info("the mapping tables are reloaded");
    } else {
      log.error("the mapping tables before the edit stay in use. {}", mapping.problem());
    }
  }

  @Override
  public void afterApplicationStart(CamelContext context) {
    // The watcher starts with the context.
  }
}
