package org.vitalroutes.steps.keys;

import java.util.Map;
import org.springframework.stereotype.Component;
import org.vitalroutes.smart.SmartKeys;

/** The public halves of the keys that we sign with towards the FHIR server, as a JWK set. */
@Component
final class PublishedKeys {

  private final SmartKeys keys;

  PublishedKeys(SmartKeys keys) {
    this.keys = keys;
  }

  /** All of them. */
  Map<String, Object> show() {
    return keys.published();
  }
}
