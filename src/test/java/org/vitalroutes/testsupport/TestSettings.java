package org.vitalroutes.testsupport;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The environment variables of Vitalroutes on the loopback interface. */
public final class TestSettings {

  public static final String CLIENT_ID = "demo-client";
  public static final String CLIENT_SECRET = "demo-client-secret-of-the-simulator";
  public static final String WEBHOOK_SECRET = "a webhook secret of at least 32 bytes for tests";
  public static final String APP_REDIRECT_URI = "http://localhost:3000/connected";

  private static final List<String> PREFIXES =
      List.of("WITHINGS_", "CONNECT_", "SPRING_", "FHIR_", "TOKEN_", "PUBLIC_", "SERVER_", "JWT_");

  /** Only the tests' own servers use it; it makes an RSA key whenever Vitalroutes starts. */
  private static final String AUTHORIZATION_SERVER =
      "org.springframework.boot.autoconfigure.security.oauth2.server.servlet"
          + ".OAuth2AuthorizationServerJwtAutoConfiguration";

  private final Map<String, String> variables = new LinkedHashMap<>();

  public TestSettings() {
    set("WITHINGS_CLIENT_ID", CLIENT_ID);
    set("WITHINGS_CLIENT_SECRET", CLIENT_SECRET);
    // Tests make more calls than Withings allows.
    set("WITHINGS_REQUESTS_PER_MINUTE", "0");
    set("WITHINGS_WEBHOOK_SECRETS", WEBHOOK_SECRET);
    set("CONNECT_REDIRECT_URIS", APP_REDIRECT_URI);
    set("TOKEN_ENCRYPTION_KEYSET", freshKeyset());
    set("SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_AUDIENCES", UserTokens.AUDIENCE);
    set("SHUTDOWN_DELAY", "PT0S");
    set("SPRING_AUTOCONFIGURE_EXCLUDE", AUTHORIZATION_SERVER);
    set("SPRING_DATASOURCE_USERNAME", "postgres");
    set("SPRING_DATASOURCE_PASSWORD", "postgres");
  }

  /** Sets a variable. */
  public TestSettings set(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  /** Unsets a variable. */
  public TestSettings unset(String variable) {
    variables.remove(variable);
    return this;
  }

  /** Whether an environment variable is a setting of Vitalroutes. */
  static boolean isSetting(String variable) {
    return PREFIXES.stream().anyMatch(variable::startsWith);
  }

  public Map<String, String> variables() {
    return Map.copyOf(variables);
  }

  private static String freshKeyset() {
    try {
      AeadConfig.register();
      return TinkJsonProtoKeysetFormat.serializeKeyset(
          KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM),
          InsecureSecretKeyAccess.get());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
