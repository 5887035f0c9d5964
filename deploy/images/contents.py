"""What each image has. Libraries are not named: they follow from the programs."""
import dataclasses

UID = 65532
STORE = "/var/lib/prewarm/store"
ENGINES = ("fused", "torch", "cuda")

# Where the image is built: a LibTorch with CUDA, and in the image its libraries.
TORCH = "/opt/torch"
# Opened by name at run time, so that no file needs them by DT_NEEDED: cuDNN's
# parts and the compiler of kernels. Beside what the engine for CUDA needs.
OPENED_BY_CUDA = ("libcudnn*.so*", "libcaffe2_nvrtc.so", "libnvrtc*.so*")
# Of the host's driver: NVIDIA's runtime mounts them into the container.
OF_DRIVER = ("libcuda.so.1", "libnvidia-ml.so.1")

# All others would do, and this one is nine times faster than the reference.
OWNERS = {"libblas.so.3": "libopenblas0-pthread",
          "liblapack.so.3": "libopenblas0-pthread"}

# Debian's LibTorch is linked with OpenCV, ffmpeg and Qt, of which it uses
# nothing: some 250 libraries.
TRIMMED = ("libtorch_cpu.so",)

PASSWD = f"""root:x:0:0:root:/root:/usr/sbin/nologin
prewarm:x:{UID}:{UID}:Prewarm:/:/usr/sbin/nologin
"""
GROUP = f"""root:x:0:
prewarm:x:{UID}:
"""
NSSWITCH = "hosts: files dns\n"


@dataclasses.dataclass(frozen=True)
class Image:
    programs: tuple
    engines: bool = False
    # (package, path) of single files; or a folder of it, less what is skipped.
    files: tuple = ()
    folders: tuple = ()
    skipped: tuple = ()
    owned: tuple = ()  # folders of the user
    links: tuple = ()  # (path, what it means)


FOR_ALL = (
    # Scanners ask which system it is; copyright files name common licences.
    ("base-files", "/usr/lib/os-release"),
    ("base-files", "/etc/debian_version"),
)

IMAGES = {
    "inference-server": Image(
        programs=("inference-server", "prewarm-model", "prewarm-decode-heif",
                  "prewarm-health"),
        engines=True,
        # Of Kubernetes' preStop.
        files=FOR_ALL + (("coreutils", "/usr/bin/sleep"),),
        folders=(("base-files", "/usr/share/common-licenses"),),
        owned=(STORE,)),
    "warmup-controller": Image(
        programs=("warmup-controller", "prewarm-health"),
        files=FOR_ALL,
        folders=(("base-files", "/usr/share/common-licenses"),
                 ("tzdata", "/usr/share/zoneinfo")),
        # The same again, with leap seconds or without.
        skipped=("/usr/share/zoneinfo/posix", "/usr/share/zoneinfo/right"),
        links=(("/etc/localtime", "/usr/share/zoneinfo/Etc/UTC"),)),
}
