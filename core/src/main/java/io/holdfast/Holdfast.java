package io.holdfast;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The front door. */
public final class Holdfast {

  private Holdfast() {}

  /**
   * Opens the storage at {@code url}: {@code file:DIRECTORY} or {@code
   * postgresql://user:password@host:port/database?schema=holdfast}. The backend has to be on the
   * class path.
   *
   * <p>Opening does the work: it connects and brings the schema up to date, or locks the directory
   * and recovers it. Each subscription opens one storage, which the caller closes. Fails with
   * {@link UnavailableException} when the database cannot be reached or the directory is in use,
   * with {@link MovedException} when the storage has moved to another one and would be written to,
   * and with {@link CorruptDataException} when the directory cannot be recovered.
   *
   * @throws InvalidInputException if no backend knows the URL, or it is malformed
   */
  public static Mono<UnifiedStorage> open(String url) {
    return provider(url).open(url);
  }

  /**
   * Opens what the process environment asks for: PostgreSQL if {@code PGHOST} is set (with {@code
   * PGPORT}, {@code PGDATABASE}, {@code PGUSER}, {@code PGPASSWORD}, {@code PGSSLMODE}, {@code
   * PGAPPNAME}), otherwise the directory {@code HOLDFAST_DIR}, or {@code .holdfast} in the working
   * directory. There is no silent fall-back: if {@code PGHOST} is set and the server does not
   * answer, this fails with {@link UnavailableException}.
   */
  public static Mono<UnifiedStorage> fromEnvironment() {
    return Mono.defer(() -> open(urlFrom(System::getenv)));
  }

  /** {@code url} as it may be shown and logged: without a password. */
  public static String redact(String url) {
    return provider(url).redact(url);
  }

  private static StorageProvider provider(String url) {
    Objects.requireNonNull(url, "url");
    return ServiceLoader.load(StorageProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.accepts(url))
        .findFirst()
        .orElseThrow(() -> unknown(url));
  }

  private static InvalidInputException unknown(String url) {
    int colon = url.indexOf(':');
    String scheme = colon < 0 ? "no scheme" : "scheme '" + url.substring(0, colon) + "'";
    return new InvalidInputException(
        "storage URL",
        "no backend on the class path opens it: "
            + scheme
            + "; known forms are file:DIRECTORY and postgresql://HOST/DATABASE");
  }

  /** The URL that the libpq variables describe. */
  static String urlFrom(Function<String, @Nullable String> environment) {
    String host = environment.apply("PGHOST");
    if (host == null || host.isEmpty()) {
      String directory = environment.apply("HOLDFAST_DIR");
      return "file:" + (directory == null || directory.isEmpty() ? ".holdfast" : directory);
    }
    return "postgresql://"
        + credentials(environment.apply("PGUSER"), environment.apply("PGPASSWORD"))
        + (host.contains(":") ? "[" + host + "]" : host)
        + orEmpty(":", environment.apply("PGPORT"))
        + "/"
        + orEmpty("", environment.apply("PGDATABASE"))
        + "?application_name="
        + encode(orElse(environment.apply("PGAPPNAME"), "holdfast"))
        + orEmpty("&sslmode=", environment.apply("PGSSLMODE"));
  }

  private static String credentials(@Nullable String user, @Nullable String password) {
    String name = orEmpty("", user);
    return name.isEmpty() ? "" : name + orEmpty(":", password) + "@";
  }

  private static String orEmpty(String prefix, @Nullable String value) {
    return value == null || value.isEmpty() ? "" : prefix + encode(value);
  }

  private static String orElse(@Nullable String value, String otherwise) {
    return value == null || value.isEmpty() ? otherwise : value;
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
