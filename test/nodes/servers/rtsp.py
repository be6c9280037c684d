"""An RTSP camera of GStreamer with a password: python3 rtsp.py PORT USER PASSWORD (Debian: gir1.2-gst-rtsp-server-1.0
gstreamer1.0-plugins-good python3-gi)
"""
import sys
import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtsp', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

Gst.init(None)
port, user, password = sys.argv[1:4]
server = GstRtspServer.RTSPServer(address='127.0.0.1', service=port)
auth = GstRtspServer.RTSPAuth()
token = GstRtspServer.RTSPToken()
token.set_string('media.factory.role', 'user')
auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
auth.add_digest(user, password, token)
server.set_auth(auth)
factory = GstRtspServer.RTSPMediaFactory(shared=True)
factory.set_launch('( videotestsrc is-live=1 ! video/x-raw,format=I420,width=640,height=360,framerate=10/1 ! jpegenc ! rtpjpegpay name=pay0 )')
permissions = GstRtspServer.RTSPPermissions()
for right in ('access', 'construct'):
    permissions.add_permission_for_role('user', f'media.factory.{right}', True)
factory.set_permissions(permissions)
server.get_mount_points().add_factory('/stream1', factory)
server.attach(None)
print('ready', flush=True)
GLib.MainLoop().run()
